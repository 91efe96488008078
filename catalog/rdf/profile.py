"""Which vocabulary an export is in, and the triples of nodes in it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from catalog.graph import Node
from catalog.rdf.catalogue import catalogue_triples
from catalog.rdf.mesh import is_gone, mesh_triples, read_page
from catalog.rdf.selection import Selection
from catalog.rdf.surroundings import Surroundings
from catalog.rdf.words import Scene
from catalog.store.port import Reader
from ontology.rdf import Triple


class Profile(StrEnum):
    """A vocabulary to export in."""

    MESH = "mesh"
    DPROD_2024 = "dprod-2024"
    DPROD_2026 = "dprod-2026"
    DCAT_AP = "dcat-ap"


@dataclass(frozen=True, slots=True)
class Dprod:
    """One version of DPROD: its namespace, and the classes that its shapes ask of a protocol."""

    namespace: str
    protocol_types: tuple[str, ...] = ()


DPROD = {
    # The shapes of 2024 ask for a class of DCAT that DCAT does not have.
    Profile.DPROD_2024: Dprod(
        "https://ekgf.github.io/dprod/",
        ("https://ekgf.github.io/dprod/Protocol", "http://www.w3.org/ns/dcat#Protocol"),
    ),
    Profile.DPROD_2026: Dprod("https://www.omg.org/spec/DPROD/dprod/"),
}


def triples_of(
    reader: Reader, nodes: Sequence[Node], profile: Profile, base: str, selection: Selection | None = None
) -> Iterator[tuple[str, list[Triple]]]:
    """(key, triples) of each node: all triples whose subject is the node or something made for it, in a fixed order.

    Set-wise: ask for a page of some hundred nodes at a time. A node that is gone has no triples, nor has one that the
    profile has no words for. With a selection, edges to what is not selected are left out.
    """
    if profile is Profile.MESH:
        for told in read_page(reader, nodes, selection):
            yield told.node.key, mesh_triples(told, base)
        return
    scene = scene_of(Surroundings(reader, nodes, selection), profile, base)
    for node in nodes:
        yield node.key, [] if is_gone(node) else catalogue_triples(node, scene)


def dprod_namespace(profile: Profile) -> str | None:
    """The namespace of the version of DPROD that a profile speaks."""
    return DPROD[profile].namespace if profile in DPROD else None


def scene_of(near: Surroundings, profile: Profile, base: str) -> Scene:
    """What the writers of a standard's profile work with."""
    dprod = DPROD.get(profile)
    if dprod is None:
        return Scene(near, base)
    return Scene(near, base, dprod.namespace, dprod.protocol_types)
