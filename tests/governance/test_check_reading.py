"""Checks are read back as they were written, and what is wrong with one is said where, and what is near."""

from typing import Any

import pytest
from hypothesis import given

from catalog.canonical import plain
from catalog.governance.check_json import check_json, check_text
from catalog.governance.check_reading import read_check
from catalog.governance.policy import Check, LineageCheck, Rule
from ontology.compiler import load_model
from tests.governance.policies import CHECKS


@given(CHECKS)
def test_check__is_read_back_as_it_was_written(check: Check) -> None:
    assert read_check(plain(check_text(check)), load_model()) == (check, ())


def shape(**said: Any) -> dict[str, Any]:
    return {"shape": {"of": "DataProduct", "require": [{"property": "purpose", "min": 1}], **said}}


def require(*said: Any) -> dict[str, Any]:
    return shape(require=list(said))


def query(**said: Any) -> dict[str, Any]:
    return {"query": {"of": "Dataset", "select": "SELECT ?this {}", **said}}


def compare(**said: Any) -> dict[str, Any]:
    return {"lineage": {"rule": "compare", "of": "Dataset", **said}}


def lineage(**said: Any) -> dict[str, Any]:
    return {"lineage": {"rule": "stale", "of": "OutputPort", **said}}


WRONG: list[tuple[Any, str, str]] = [
    (compare(unpromised=True), "lineage.unpromised", "known of DataProduct alone, not of Dataset"),
    ({}, "", "exactly one of shape, query, lineage"),
    ({**shape(), **query()}, "", "exactly one of"),
    ({"shapes": {}}, "", "exactly one of"),
    ({"shape": []}, "shape", "is an object"),
    (shape(of="DataProdukt"), "shape.of", "Did you mean DataProduct?"),
    (shape(of=None), "shape", "'of' is missing"),
    (shape(requires=[]), "shape.requires", "Did you mean require?"),
    (shape(message=" "), "shape.message", "has to be text"),
    (shape(when=[]), "shape.when", "is an object"),
    (shape(when={"lifecycl": ["active"]}), "shape.when.lifecycl", "Did you mean lifecycle?"),
    (shape(when={"lifecycle": ["actve"]}), "shape.when.lifecycle", "Did you mean active?"),
    (shape(when={"lifecycle": []}), "shape.when.lifecycle", "at least one"),
    (shape(when={"purpose": [1]}), "shape.when.purpose", "values of purpose are text"),
    (shape(require=[]), "shape.require", "At least one requirement"),
    (require("purpose"), "shape.require.0", "of a property or of a path"),
    (require({"property": "purpose", "path": "OWNED_BY"}), "shape.require.0", "exactly one of the two"),
    (require({"property": "purpose"}), "shape.require.0", "say 'min: 1'"),
    (require({"property": "purpose", "min": "1"}), "shape.require.0.min", "whole number"),
    (require({"property": "purpose", "min": True}), "shape.require.0.min", "whole number"),
    (require({"property": "purpose", "min": 2}), "shape.require.0.min", "never has more than one"),
    (require({"property": "tags", "min": 3, "max": 2}), "shape.require.0.max", "nothing can be so"),
    (
        {"shape": {"of": "Field", "require": [{"property": "dataset", "min": 1}]}},
        "shape.require.0.property",
        "ask for that by a path",
    ),
    (require({"property": "purpos", "min": 1}), "shape.require.0.property", "Did you mean purpose?"),
    (require({"property": "purpose", "pattern": "("}), "shape.require.0.pattern", "no regular expression"),
    (require({"property": "purpose", "type": "text"}), "shape.require.0.type", "none of string, integer"),
    (require({"property": "purpose", "then": []}), "shape.require.0.then", "at the end of a path"),
    (
        require({"property": "lifecycle", "oneOf": ["Active"]}),
        "shape.require.0.oneOf",
        "Did you mean active?",
    ),
    (require({"path": "OWNED", "min": 1}), "shape.require.0.path", "Did you mean OWNED_BY?"),
    (require({"path": "^OWNED_BY", "min": 1}), "shape.require.0.path", "Did you mean OWNED_BY?"),
    (require({"path": "HAS_SLO", "min": 1}), "shape.require.0.path", "No HAS_SLO leaves DataProduct."),
    (require({"path": [], "min": 1}), "shape.require.0.path", "one relationship, or a list"),
    (require({"path": ["OWNED_BY"] * 7, "min": 1}), "shape.require.0.path", "at most 6"),
    (require({"path": "OWNED_BY", "oneOf": ["a"]}), "shape.require.0.oneOf", "asked of values"),
    (require({"path": "OWNED_BY", "label": "Domain"}), "shape.require.0.label", "never leads to 'Domain'"),
    (
        require({"path": "OWNED_BY", "such": [{"property": "email", "min": 1}]}),
        "shape.require.0.such",
        "say 'min' or 'max' too",
    ),
    (
        require({"path": "OWNED_BY", "then": [{"property": "emial", "min": 1}]}),
        "shape.require.0.then.0.property",
        "Did you mean email?",
    ),
    (query(select="SELECT ?that {}"), "query.select", "no ?this"),
    (query(select=""), "query.select", "has to be text"),
    (query(budget=61), "query.budget", "from 1 to 60"),
    (query(budgets=1), "query.budgets", "Did you mean budget?"),
    (lineage(rule="stal"), "lineage.rule", "Did you mean stale?"),
    (lineage(of="Domain"), "lineage.of", "is for OutputPort, Dataset"),
    (lineage(maxage="P1D"), "lineage.maxage", "Did you mean maxAge?"),
    (lineage(maxAge="P1M"), "lineage.maxAge", "a duration such as"),
    (
        lineage(rule="reach", of="Dataset"),
        "lineage",
        "One of these is needed: classifications, personalData, tags.",
    ),
    (lineage(rule="reach", of="Dataset", tags=[]), "lineage.tags", "at least one"),
]


@pytest.mark.parametrize(("value", "path", "message"), WRONG)
def test_check__that_is_wrong_is_told_with_its_place(value: Any, path: str, message: str) -> None:
    found, faults = read_check(value, load_model())

    assert found is None
    assert [(".".join(map(str, one.path)), message in one.message) for one in faults] == [(path, True)], (
        faults
    )


def test_check__tells_all_that_is_wrong_at_once() -> None:
    _, faults = read_check(
        shape(when={"lifecycle": "actve"}, require=[{"property": "x", "min": 1}, {"path": "y", "min": 1}]),
        load_model(),
    )

    assert [one.path for one in faults] == [
        ("shape", "when", "lifecycle"),
        ("shape", "require", 0, "property"),
        ("shape", "require", 1, "path"),
    ]


def test_check__takes_one_value_for_a_list_of_one() -> None:
    one, many = (
        read_check(shape(when={"lifecycle": said}), load_model())[0] for said in ("active", ["active"])
    )

    assert one == many is not None


def test_lineage__leaves_out_what_counts_anyway() -> None:
    said = lineage(rule="reach", of="Dataset", tags=["raw", "raw"], masked=False, unlessAgreed=False)

    assert read_check(said, load_model())[0] == LineageCheck(
        Rule.REACH, "Dataset", (("tags", ("raw",)), ("unlessAgreed", False))
    )


def test_query__has_a_budget_even_where_none_is_said() -> None:
    check, _ = read_check(query(), load_model())

    assert check is not None
    assert check_json(check)["query"]["budget"] == 5
