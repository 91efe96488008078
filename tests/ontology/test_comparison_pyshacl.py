"""That the comparison of our validators with pySHACL would notice a fault of ours."""

import re
from collections import Counter
from dataclasses import dataclass, replace

import pytest
from hypothesis import Phase, given, settings
from rdflib import SH

from ontology import literals, validation
from ontology.model import GraphModel
from ontology.shapes import Comparison, Constraint, NodeShape, Shape
from ontology.validation import Subject
from tests.ontology.pyshacl_cases import (
    BY_FEATURES,
    FEATURES,
    QUICK,
    Case,
    Found,
    _comparable,
    of_ours,
    of_pyshacl,
)


@dataclass(frozen=True)
class Judged:
    """A node set with what pySHACL found."""

    case: Case
    nodes: list[Subject]
    found: Counter[Found]


RARE = (
    Subject("output-port/1", "OutputPort", {"endpoint": ["urn:x:y", "urn:x:z"]}),
    Subject("output-port/1", "OutputPort", {"endpoint": "https://example.org/a"}),
    Subject("output-port/1", "OutputPort", {"endpoint": "no iri"}),
    Subject("output-port/2", "OutputPort", {"schemaFormat": "JSON"}),
    Subject("product/1", "DataProduct", {"tags": ["abcd", "ab"]}),
    Subject("product/1", "DataProduct", {"tags": ["a"]}),
    Subject("product/1", "DataProduct", {"tags": ["a", "b", "c"]}),
    Subject("product/1", "DataProduct", {"sameAs": ["https://example.org/a", "urn:x:y", "no iri", "urn:z"]}),
    Subject("product/1", "DataProduct", {"sameAs": ["https://example.org/b"]}),
    Subject("product/1", "DataProduct", {"name": "x", "description": "true"}),
    Subject("product/1", "DataProduct", {"name": "x" * 11, "purpose": "about"}),
    Subject("product/1", "DataProduct", {}, (("OWNED_BY", "team/1", "Team"), ("OWNED_BY", "team/2", "Team"))),
    Subject(
        "product/1", "DataProduct", {}, (("OWNED_BY", "domain/1", "Domain"), ("THEME", "domain/1", "Domain"))
    ),
    Subject("classification/1", "Classification", {"name": ["one", "two"], "level": ["1", "x"]}),
    Subject("classification/1", "Classification", {"name": 1, "level": True}),
    Subject("classification/1", "Classification", {"level": 11}),
    Subject("classification/1", "Classification", {"level": -1}),
    Subject("measurement/1", "QualityMeasurement", {"measuredAt": "2019-12-31T23:59:59Z"}),
    Subject("measurement/1", "QualityMeasurement", {"measuredAt": "2024-02-29T12:00:00Z"}),
    Subject("measurement/1", "QualityMeasurement", {"measuredAt": "2023-02-29T12:00:00Z"}),
)
"""Faults that generated nodes seldom have by themselves."""

SHARED_PORT = [
    Subject("output-port/1", "OutputPort", {}),
    *(
        Subject(f"product/{n}", "DataProduct", {}, (("HAS_OUTPUT_PORT", "output-port/1", None),))
        for n in (1, 2)
    ),
]


@pytest.fixture(scope="module")
def judged() -> list[Judged]:
    """Some node sets, always the same."""
    found: list[Judged] = []

    def judge(each: Case, nodes: list[Subject]) -> None:
        found.append(Judged(each, nodes, _comparable(of_pyshacl(each, nodes))))

    for nodes in (*([node] for node in RARE), SHARED_PORT):
        judge(FEATURES, nodes)
    collect = settings(QUICK, max_examples=120, derandomize=True, database=None, phases=[Phase.generate])
    collect(given(BY_FEATURES)(lambda nodes: judge(FEATURES, nodes)))()
    return found


def disagreeing(judged: list[Judged]) -> int:
    return sum(_comparable(of_ours(each.case.model, each.nodes)) != each.found for each in judged)


def test_comparison__is_of_every_constraint_component(judged: list[Judged]) -> None:
    assert disagreeing(judged) == 0
    seen = {
        finding[2].removeprefix(str(SH)).removesuffix("ConstraintComponent")
        for j in judged
        for finding in j.found
    }
    kinds = {
        "MinCount",
        "MaxCount",
        "Datatype",
        "Class",
        "NodeKind",
        "In",
        "HasValue",
        "Pattern",
        "MinLength",
    }
    kinds |= {
        "MaxLength",
        "MinInclusive",
        "MaxInclusive",
        "MinExclusive",
        "MaxExclusive",
        "Closed",
        "Or",
        "And",
        "Not",
    }
    assert seen == kinds
    assert {finding[5].removeprefix(str(SH)) for j in judged for finding in j.found} == {
        "Violation",
        "Warning",
        "Info",
    }
    assert any(finding[3].startswith("^") for j in judged for finding in j.found)


FAULTS: dict[str, tuple[object, str, object]] = {
    "ill-formed literals pass": (literals, "well_formed", lambda value: True),
    "numbers have no order": (literals, "order", lambda one, other: None),
    "a limit is on the other side": (
        validation,
        "_SIDES",
        {comparison: lambda order: order > 0 for comparison in Comparison},
    ),
    "text and IRI are the same": (validation, "identity", lambda value: ("", value)),
    "one of several is enough for none": (validation, "_any", validation._all),
    "all is one of several": (validation, "_all", validation._any),
    "flags of patterns are forgotten": (
        validation,
        "regular_expression",
        lambda expression, flags: re.compile(expression),
    ),
    "no text is an IRI": (validation, "is_iri", lambda text: False),
    "shapes of superclasses are forgotten": (
        validation,
        "_shapes_for",
        lambda model, label: [s for s in model.shapes if model.node(label).iri in s.targets],
    ),
    "inverse paths are walked forwards": (
        validation._World,
        "values",
        lambda self, key, path: list(self._out[key].get(path.iri, {}).values()),
    ),
    "classes above are forgotten": (
        validation._World,
        "_of_class",
        lambda self, key, label: self._classes[key].add(self.model.node(label).iri),
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_comparison__notices_a_fault(
    fault: str, judged: list[Judged], monkeypatch: pytest.MonkeyPatch
) -> None:
    owner, name, wrong = FAULTS[fault]
    monkeypatch.setattr(owner, name, wrong)
    assert disagreeing(judged) > 0


def test_comparison__notices_a_constraint_that_is_left_out(judged: list[Judged]) -> None:
    """Each one by itself, wherever it stands in a shape with a target."""
    unnoticed = []
    for shape, part in [(whole, part) for whole in FEATURES.model.shapes for part in _parts(whole)]:
        for constraint in part.constraints:
            model = _without(shape, part, constraint)
            if not any(_comparable(of_ours(model, each.nodes)) != each.found for each in judged):
                unnoticed.append((part.iri.rpartition("#")[2], type(constraint).__name__))
    assert unnoticed == []


def _parts(shape: NodeShape) -> tuple[Shape, ...]:
    return (shape, *shape.properties)


def _without(shape: NodeShape, part: Shape, constraint: Constraint) -> GraphModel:
    less = replace(part, constraints=tuple(other for other in part.constraints if other != constraint))
    if isinstance(less, NodeShape):
        changed = less
    else:
        changed = replace(shape, properties=tuple(less if one == part else one for one in shape.properties))
    shapes = tuple(changed if other == shape else other for other in FEATURES.model.shapes)
    return replace(FEATURES.model, shapes=shapes)
