"""Lineage that was derived from SQL, as it held at an instant: it follows from no history, so it is taken over."""

from collections.abc import Collection

import msgspec

from catalog.derivation.settlement import DERIVED
from catalog.fold.edges import Entity
from catalog.graph import Direction, Edge, Node
from catalog.identity import DatasetId
from catalog.past.entries import entity_of
from catalog.store.port import ALL_TIME, Reader
from ontology.vocabulary import Label, Origin


def derived_then(reader: Reader, nodes: Collection[Node], at: int) -> list[Edge]:
    """The derived edges that leave these nodes and had begun by then, as they were."""
    told = reader.edges([node.key for node in nodes], DERIVED, Direction.BOTH, ALL_TIME)
    return [
        msgspec.structs.replace(one, valid_to=None) if one.valid_to is not None and one.valid_to > at else one
        for one in told
        if one.origin == Origin.PARSED and (one.valid_from is None or one.valid_from <= at)
    ]


def names_of(reader: Reader, edges: Collection[Edge]) -> dict[str, Entity]:
    """What the ends of edges name."""
    ends = reader.nodes({key for edge in edges for key in (edge.source, edge.target)})
    homes = {str(node.properties["dataset"]) for node in ends.values() if node.label == Label.FIELD}
    found = {
        node.key: entity_of(node)
        for node in (ends | reader.nodes(homes)).values()
        if node.label != Label.FIELD
    }
    fields: dict[str, Entity] = {}
    for node in ends.values():
        home = found.get(str(node.properties["dataset"])) if node.label == Label.FIELD else None
        if isinstance(home, DatasetId):
            fields[node.key] = home.field(str(node.properties["name"]))
    return {**found, **fields}
