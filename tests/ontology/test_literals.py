"""Literals by XML Schema: form and order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ontology.literals import (
    BOOLEAN,
    DATE_TIME,
    DECIMAL,
    INTEGER,
    STRING,
    datatype_of,
    order,
    text_of,
    well_formed,
)
from ontology.rdf import Iri, Typed, Value

WELL = {
    INTEGER: ("0", "-7", "+12", "007"),
    DECIMAL: ("1", "1.", ".5", "-0.25", "+2.50"),
    BOOLEAN: ("true", "false", "0", "1"),
    DATE_TIME: (
        *("2024-02-29T12:00:00Z", "2024-01-01T00:00:00", "2024-01-01T24:00:00", "2024-01-01T24:00:00.00Z"),
        *("2024-01-01T00:00:00.123456789+14:00", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59-14:00"),
        *("9999-12-31T24:00:00Z", "0001-01-01T00:00:00+14:00"),
    ),
}
ILL = {
    INTEGER: ("", "1.0", "one", "1 ", "٣"),
    DECIMAL: ("", ".", "1e3", "NaN", "1,5"),
    BOOLEAN: ("TRUE", "yes", ""),
    DATE_TIME: (
        *("", "soon", "2024-02-30T00:00:00Z", "2023-02-29T12:00:00Z", "2024-01-01", "2024-01-01T00:00Z"),
        *("2024-01-01T00:00:00.Z", "2024-01-01T25:00:00Z", "2024-01-01T24:00:01Z", "2024-01-01T24:00:00.5Z"),
        *(
            "2024-01-01 00:00:00",
            "2024-01-01T00:00:60Z",
            "2024-01-01T00:00:00+14:01",
            "2024-01-01T00:00:00+01:60",
        ),
        *("0000-01-01T00:00:00Z", "20240101T000000Z", "10000-01-01T00:00:00Z"),
    ),
}


@pytest.mark.parametrize(("datatype", "text"), [(d, text) for d, texts in WELL.items() for text in texts])
def test_well_formed__is_what_xml_schema_allows(datatype: str, text: str) -> None:
    assert well_formed(Typed((text, datatype)))


@pytest.mark.parametrize(("datatype", "text"), [(d, text) for d, texts in ILL.items() for text in texts])
def test_well_formed__is_not_what_xml_schema_forbids(datatype: str, text: str) -> None:
    assert not well_formed(Typed((text, datatype)))


def test_well_formed__of_an_unknown_datatype_is_any_text() -> None:
    assert well_formed(Typed(("anything", "https://example.org/datatype")))


def test_datatype_of__is_told_by_the_value() -> None:
    values: list[Value] = ["a", 1, True, Typed(("1", DECIMAL)), Iri("urn:a")]
    assert [datatype_of(value) for value in values] == [STRING, INTEGER, BOOLEAN, DECIMAL, None]
    assert [text_of(value) for value in values] == ["a", "1", "true", "1", "urn:a"]


@given(st.decimals(-1000, 1000, places=3), st.integers(-1000, 1000))
def test_order__of_numbers_is_theirs(one: object, other: int) -> None:
    found = order(Typed((f"{one:f}", DECIMAL)), other)
    assert found == (one > other) - (one < other)  # type: ignore[operator]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("2024-01-01T00:00:00Z", "2024-01-01T01:00:00+01:00", 0),
        ("2024-01-01T00:00:00Z", "2024-01-01T00:00:00+01:00", 1),
        ("2024-01-01T24:00:00Z", "2024-01-02T00:00:00Z", 0),
        ("2024-01-01T00:00:00.1234567Z", "2024-01-01T00:00:00.1234568Z", -1),
        ("2024-01-01T00:00:00", "2024-01-01T00:00:00.0", 0),
        ("2024-01-01T00:00:00", "2024-01-01T00:00:00Z", None),
        ("2024-01-01T00:00:00Z", "soon", None),
    ],
)
def test_order__of_instants_is_that_of_time(one: str, other: str, expected: int | None) -> None:
    assert order(Typed((one, DATE_TIME)), Typed((other, DATE_TIME))) == expected


@pytest.mark.parametrize("value", ["1", True, Iri("urn:a"), Typed(("2024-01-01T00:00:00Z", DATE_TIME))])
def test_order__of_different_kinds_there_is_none(value: Value) -> None:
    assert order(value, 1) is None
