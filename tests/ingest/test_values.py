"""The text forms of derived values: round trips, one text for one set."""

from collections.abc import Callable, Collection, Iterable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.graph import EdgeSpec
from catalog.identity import DatasetId
from catalog.statement import ColumnEdge, Described, FieldSpec, Symlink
from catalog.values import (
    Declared,
    decode_columns,
    decode_declared,
    decode_described,
    decode_fields,
    decode_symlinks,
    encode_columns,
    encode_declared,
    encode_described,
    encode_fields,
    encode_symlinks,
)

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=4)
MAYBE = st.none() | TEXT
DATASETS = st.builds(DatasetId, TEXT, TEXT)
FIELDS = st.builds(FieldSpec, TEXT, MAYBE, st.none() | st.integers(0, 9), MAYBE)
SYMLINKS = st.builds(Symlink, DATASETS, TEXT)
COLUMNS = st.builds(
    ColumnEdge,
    DATASETS,
    TEXT,
    DATASETS,
    MAYBE,
    st.sampled_from(["DIRECT", "INDIRECT"]),
    MAYBE,
    st.booleans(),
    MAYBE,
)

FORMS: list[Any] = [
    pytest.param(encode_fields, decode_fields, FIELDS, id="fields"),
    pytest.param(encode_symlinks, decode_symlinks, SYMLINKS, id="aliases"),
    pytest.param(encode_columns, decode_columns, COLUMNS, id="columns"),
]


@pytest.mark.parametrize(("encode", "decode", "items"), FORMS)
@given(data=st.data())
def test_list__decodes_to_the_same_set_and_has_one_text(
    encode: Callable[[Iterable[Any]], str],
    decode: Callable[[str], Collection[Any]],
    items: st.SearchStrategy[Any],
    data: st.DataObject,
) -> None:
    values = data.draw(st.lists(items, max_size=6))
    text = encode(values)
    assert set(decode(text)) == set(values)
    assert encode([*reversed(values), *values]) == text == encode(decode(text))


@given(
    st.frozensets(DATASETS, max_size=4),
    st.frozensets(DATASETS, max_size=4),
    st.frozensets(COLUMNS, max_size=4),
)
def test_declared__round_trips(
    inputs: frozenset[DatasetId], outputs: frozenset[DatasetId], columns: frozenset[ColumnEdge]
) -> None:
    declared = Declared(inputs, outputs, columns)
    assert decode_declared(encode_declared(declared)) == declared


def test_declared__has_sorted_rows() -> None:
    declared = Declared(frozenset({DatasetId("n", "b"), DatasetId("n", "a")}))
    assert encode_declared(declared) == '{"columns":[],"inputs":[["n","a"],["n","b"]],"outputs":[]}'


SCALARS = TEXT | st.integers(-(2**53), 2**53) | st.booleans()
NAMED = st.dictionaries(TEXT, SCALARS, max_size=3).map(lambda found: tuple(sorted(found.items())))
EDGES = st.lists(st.builds(EdgeSpec, TEXT, TEXT, TEXT, NAMED), max_size=3)
PROPERTIES = st.dictionaries(TEXT, SCALARS | st.lists(TEXT, max_size=3), max_size=3)


@given(TEXT, TEXT, PROPERTIES, EDGES, st.booleans())
def test_described__has_one_text_whatever_the_order(
    key: str, label: str, properties: dict[str, Any], edges: list[EdgeSpec], stub: bool
) -> None:
    node = Described(key, label, tuple(properties.items()), tuple(edges), stub)
    other = Described(key, label, tuple(reversed(properties.items())), (*reversed(edges), *edges), stub)
    text = encode_described(node)
    read = decode_described(text)
    assert encode_described(other) == text == encode_described(read)
    assert (read.key, read.label, read.stub, set(read.edges)) == (key, label, stub, set(edges))
    assert dict(read.properties) == {
        name: sorted(set(value)) if isinstance(value, list) else value for name, value in properties.items()
    }
