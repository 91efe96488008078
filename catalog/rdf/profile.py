"""Which vocabulary an export is in, and the triples of nodes in it."""

from collections.abc import Iterator, Sequence
from enum import StrEnum

from catalog.graph import Node
from catalog.rdf.mesh import mesh_triples, read_page
from catalog.store.port import Reader
from ontology.rdf import Triple


class Profile(StrEnum):
    """A vocabulary to export in."""

    MESH = "mesh"


def triples_of(
    reader: Reader, nodes: Sequence[Node], profile: Profile, base: str
) -> Iterator[tuple[str, list[Triple]]]:
    """(key, triples) of each node: all triples whose subject is the node or something made for it, in a fixed order.

    Set-wise: ask for a page of some hundred nodes at a time. A node that is gone has no triples.
    """
    for told in read_page(reader, nodes):
        yield told.node.key, mesh_triples(told, base)
