"""Whether a curation makes sense in the graph as it is: its relationships are ones that such things have, and what it
newly names is there. It is asked once, when somebody curates; what is in the log counts as it is."""

from collections.abc import Collection

from catalog.curation import Value, statement
from catalog.curation_value import InvalidCuration
from catalog.errors import UnknownNode
from catalog.graph import EdgeSpec
from catalog.identity import CurationId, kind_of
from catalog.store.port import Reader
from ontology.compiler import load_model

MAY_BE_NEW = frozenset(("tag", "term", "classification", "personal-data"))
"""Kinds of things that come to be by being named."""


def check_edges(reader: Reader, curation: CurationId, before: Value | None, value: Value | None) -> None:
    """Raises InvalidCuration for a relationship that such things do not have, UnknownNode for what is not there."""
    edges = _edges(curation, value)
    known = {end for edge in _edges(curation, before) for end in (edge.source, edge.target)}
    ends = {end for edge in edges for end in (edge.source, edge.target)} | {curation.subject}
    nodes = reader.nodes(ends)
    for key in sorted(ends - known - {curation.subject}):
        node = nodes.get(key)
        if kind_of(key) not in MAY_BE_NEW and (node is None or node.properties.get("gone") is True):
            raise UnknownNode(f"Nothing has the key {key}.")
    model = load_model()
    for edge in edges:
        kind = model.relationship(edge.type)
        for key, allowed in ((edge.source, kind.sources), (edge.target, kind.targets)):
            label = nodes[key].label if key in nodes else model.label_of_kind(kind_of(key))
            if not _is_any(label, allowed):
                words = " or ".join(allowed)
                raise InvalidCuration(f"{key} is a {label}; {edge.type} is of {words} there")


def _is_any(label: str, allowed: Collection[str]) -> bool:
    return bool({*load_model().label_path(label)} & {*allowed})


def _edges(curation: CurationId, value: Value | None) -> list[EdgeSpec]:
    return [edge for node in statement(curation, value).nodes for edge in node.edges]
