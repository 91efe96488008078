"""Values of properties, as RDF has them: whether they are as a policy asks."""

from functools import lru_cache

from catalog.governance.policy import Requirement
from catalog.graph import Node, Scalar
from ontology import literals
from ontology.compiler import load_model
from ontology.rdf import XSD, Value
from ontology.shape_reader import regular_expression
from ontology.validation import identity, term


def wrong(requirement: Requirement, node: Node | None, name: str, value: Value) -> str | None:
    """What is wrong with a value of a property; None: nothing."""
    if requirement.type is not None and not (
        literals.datatype_of(value) == f"{XSD}{requirement.type}" and literals.well_formed(value)
    ):
        return f"is no {requirement.type}"
    pattern, text = requirement.pattern, literals.text_of(value)
    if pattern is not None and regular_expression(pattern, "").search(text) is None:
        return f"does not match {pattern}"
    listed = requirement.one_of
    if listed and node is not None and identity(value) not in wanted(node.label, name, listed):
        return f"is none of {', '.join(map(str, listed))}"
    return None


def wanted(label: str, name: str, given: tuple[Scalar, ...]) -> frozenset[tuple[str, object]]:
    """What tells each of these values of a property of a label from others."""
    return _terms(label, name, given, tuple(map(type, given)))


@lru_cache(1024)
def _terms(
    label: str, name: str, given: tuple[Scalar, ...], _types: tuple[type, ...]
) -> frozenset[tuple[str, object]]:
    """``_types``: of the values given, for 1 and true are one key of a cache."""
    kind = load_model().node(label).by_name.get(name)
    return frozenset() if kind is None else frozenset(identity(term(kind, one)) for one in given)


def is_a(node: Node | None, label: str) -> bool:
    """Whether a node has a label, or one below it."""
    return node is not None and (node.label == label or label in load_model().label_path(node.label))
