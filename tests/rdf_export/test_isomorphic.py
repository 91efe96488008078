"""RDF → graph → RDF: a document that describes things of every class comes back as the same statements.

Only who says them differs: the graph knows them from that document. So the document itself is left out, with what an
edge's node says of its teller; the nodes of edges are named by what they say, as blank nodes would be.
"""

from collections import defaultdict

import pytest

from catalog.projection import Projection
from catalog.rdf.export import rdf
from catalog.rdf.profile import Profile
from catalog.store.memory import MemoryStore
from catalog.store.port import Store
from ingest.documents.reading import Reading
from ingest.rdf.document import interpret_document, read_document
from ontology.compiler import load_model
from ontology.rdf import NS
from ontology.rdf_reading import RdfSyntax, Statement, read_rdf
from ontology.rdf_writing import Form
from tests.rdf_export.meshes import BASE
from tests.rdf_import.build import RECEIVED, reading
from tests.rdf_import.test_classes import CASES

SOURCE = "https://example.org/shop"
OWN = "/document/https%3A%2F%2Fexample.org%2Fshop"
TELLERS = {f"{NS}via", f"{NS}origin", f"{NS}describes", "http://www.w3.org/ns/prov#generatedAtTime"}
Triples = set[tuple[str, str, str]]


def nquads(store: Store) -> bytes:
    with store.read() as reader:
        return "".join(rdf(reader, Form.NQUADS, Profile.MESH, BASE)).encode()


def said(text: bytes) -> Triples:
    """The statements, without who says them; the node of an edge is named by its statements."""
    statements = read_rdf(text, RdfSyntax.N_QUADS, base=BASE).statements
    kept = [one for one in statements if one.predicate not in TELLERS and OWN not in one.subject]
    of_edges: dict[str, list[Statement]] = defaultdict(list)
    for one in kept:
        if "/id/edge/" in one.subject:
            of_edges[one.subject].append(one)
    names = {
        edge: repr(sorted((one.predicate, str(one.object)) for one in told))
        for edge, told in of_edges.items()
    }
    return {
        (names.get(one.subject, one.subject), one.predicate, names.get(str(one.object), repr(one.object)))
        for one in kept
    }


def imported(reading: Reading) -> bytes:
    """The export of a graph that has nothing but a document."""
    store = MemoryStore()
    Projection(store).apply([(reading.entry, reading.statements)])
    return nquads(store)


@pytest.mark.parametrize(
    "turtle", [f":t a mesh:{one.label} ; {one.says} ." for one in CASES], ids=[one.label for one in CASES]
)
def test_rdf__comes_back_isomorphic(turtle: str) -> None:
    text = imported(reading(turtle))
    document = read_document(text, RdfSyntax.N_QUADS, SOURCE)
    back = imported(interpret_document(document, SOURCE, received_ns=RECEIVED))
    assert said(text) == said(back)
    assert len(said(text)) > 3


def test_cases__are_of_every_class() -> None:
    model = load_model()
    assert {one.label for one in CASES} == set(model.concrete(model.labels))
