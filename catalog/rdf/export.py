"""The graph as it is now as one RDF text, streamed: memory is bounded by a page of nodes with what touches them."""

from collections.abc import Iterator

from catalog.rdf.pages import pages
from catalog.rdf.profile import Profile, triples_of
from catalog.store.port import Reader
from ontology.compiler import load_model
from ontology.json_ld_context import json_ld_context
from ontology.rdf import Triple
from ontology.rdf_writing import Form, texts


def rdf(reader: Reader, form: Form, profile: Profile, base: str) -> Iterator[str]:
    """The text in pieces, always in the same order."""
    return texts(_triples(reader, profile, base), form, json_ld_context(load_model()))


def _triples(reader: Reader, profile: Profile, base: str) -> Iterator[list[Triple]]:
    for nodes in pages(reader):
        yield [triple for _, triples in triples_of(reader, nodes, profile, base) for triple in triples]
