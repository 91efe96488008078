"""The graph as it is now as one RDF text, streamed.

Memory is bounded by a page of nodes with what touches them, and for a selection by its keys.
"""

from collections.abc import Iterator

from catalog.graph import Node
from catalog.rdf.catalogue import head, labels
from catalog.rdf.pages import PAGE, pages
from catalog.rdf.profile import Profile, dprod_namespace, scene_of, triples_of
from catalog.rdf.qualified import is_shared
from catalog.rdf.selection import Selection, selected_pages
from catalog.rdf.surroundings import Surroundings
from catalog.store.port import Reader
from ontology.compiler import load_model
from ontology.json_ld_context import json_ld_context, standard_context
from ontology.rdf import Triple
from ontology.rdf_writing import Form, texts

_REMEMBERED = 10_000


def rdf(
    reader: Reader, form: Form, profile: Profile, base: str, selection: Selection | None = None
) -> Iterator[str]:
    """The text in pieces, always in the same order."""
    mesh = profile is Profile.MESH
    context = json_ld_context(load_model()) if mesh else standard_context(dprod_namespace(profile))
    return texts(rdf_pages(reader, profile, base, selection), form, context)


def rdf_pages(
    reader: Reader, profile: Profile, base: str, selection: Selection | None = None
) -> Iterator[list[Triple]]:
    """The triples of the text, a page of nodes at a time."""
    shared: set[Triple] = set()
    if profile is not Profile.MESH:
        yield head(scene_of(Surroundings(reader, ()), profile, base))
    for nodes in _pages(reader, profile, selection):
        told = triples_of(reader, nodes, profile, base, selection)
        page = [triple for _, triples in told for triple in triples]
        yield page if profile is Profile.MESH else _once(page, base, shared)


def _pages(reader: Reader, profile: Profile, selection: Selection | None) -> Iterator[list[Node]]:
    written = load_model().concrete_labels if profile is Profile.MESH else labels()
    if selection is None:
        return pages(reader, written)
    return selected_pages(reader, selection, written, PAGE)


def _once(page: list[Triple], base: str, shared: set[Triple]) -> list[Triple]:
    """Without what many nodes share, a protocol or a licence, where an earlier node has told it."""
    found: list[Triple] = []
    for triple in page:
        if is_shared(triple[0], base):
            if triple in shared:
                continue
            if len(shared) == _REMEMBERED:
                shared.clear()
            shared.add(triple)
        found.append(triple)
    return found
