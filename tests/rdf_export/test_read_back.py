"""What profile mesh says of a graph, an import reads back: every node, property and edge, and nothing else."""

import pytest

from catalog.graph import Direction
from catalog.rdf.export import rdf
from catalog.rdf.pages import pages
from catalog.rdf.profile import Profile
from catalog.store.port import Store
from ingest.documents.reading import Reading
from ingest.rdf.document import interpret_document, read_document
from ontology.compiler import load_model
from ontology.rdf_reading import RdfSyntax
from ontology.rdf_writing import Form
from tests.rdf_export.demo import demo
from tests.rdf_export.meshes import BASE, stored
from tests.rdf_export.offered import offered
from tests.rdf_export.shop import mended

SYNTAX = {
    Form.TURTLE: RdfSyntax.TURTLE,
    Form.TRIG: RdfSyntax.TRIG,
    Form.NQUADS: RdfSyntax.N_QUADS,
    Form.JSON_LD: RdfSyntax.JSON_LD,
}
RECEIVED_NS = 1_800_000_000_000_000_000


def read_back(store: Store, form: Form) -> Reading:
    with store.read() as reader:
        text = "".join(rdf(reader, form, Profile.MESH, BASE))
    document = read_document(text.encode(), SYNTAX[form], "mesh")
    return interpret_document(document, "mesh", received_ns=RECEIVED_NS)


def assert_read_back(store: Store, form: Form) -> None:
    found = read_back(store, form)
    described = {one.key: one for one in found.interpretation.statement.nodes}
    with store.read() as reader:
        nodes = {node.key: node for page in pages(reader) for node in page}
        edges = reader.edges(list(nodes), load_model().relationship_types, Direction.OUT)
    assert described.keys() == nodes.keys()
    for key, node in nodes.items():
        known = {name: value for name, value in node.properties.items() if name != "searchText"}
        assert (described[key].label, dict(described[key].properties)) == (node.label, known)
    assert {edge for one in described.values() for edge in one.edges} == {edge.spec for edge in edges}
    assert (found.notes, found.interpretation.violations) == ((), ())


@pytest.mark.parametrize("form", Form)
def test_described_mesh__is_read_back_as_it_was(form: Form) -> None:
    assert_read_back(stored(*mended()), form)


@pytest.mark.parametrize("form", Form)
def test_data_that_is_offered_and_not_described__is_read_back_as_it_was(form: Form) -> None:
    assert_read_back(offered(), form)


def test_mesh_of_events__is_read_back_as_it_was() -> None:
    assert_read_back(demo(), Form.TURTLE)
