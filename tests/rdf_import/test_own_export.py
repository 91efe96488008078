"""Our own export of the graph as it is now, read as a document, says the same nodes, properties and edges again."""

from urllib.parse import unquote

import pytest
from msgspec.structs import replace

from catalog.graph import Edge, Node
from catalog.identity import DocumentId
from catalog.rdf.export import rdf
from catalog.rdf.profile import Profile
from ingest.documents.reading import Interpretation
from ingest.rdf.interpretation import interpret
from ontology.compiler import load_model
from ontology.rdf_reading import RdfSyntax, read_rdf
from ontology.rdf_writing import Form
from tests.rdf_export.meshes import BASE, everything, stored

SYNTAXES = {
    Form.TURTLE: RdfSyntax.TURTLE,
    Form.TRIG: RdfSyntax.TRIG,
    Form.NQUADS: RdfSyntax.N_QUADS,
    Form.JSON_LD: RdfSyntax.JSON_LD,
}
DATASET = "dataset/dataset/a%2Fb"
KEYS = {
    "Field": "field/dataset/a%2Fb/f",
    "Run": "run/one",
    "Document": "document/one",
    "Namespace": "namespace/dataset/n",
}


def _rightly_named(node: Node) -> Node:
    """The node with a key that its kind can have, and with what that key says."""
    key = KEYS.get(node.label, node.key)
    kind, *parts = key.split("/")
    names = [unquote(part) for part in parts]
    said = {
        "dataset": lambda: {"namespace": names[0], "name": names[1]},
        "job": lambda: {"namespace": names[0], "name": names[1]},
        "field": lambda: {"dataset": DATASET, "name": names[2]},
        "run": lambda: {"name": names[0]},
    }.get(kind, dict)()
    return Node(key, node.label, {**node.properties, **said})


@pytest.fixture(scope="module")
def mesh() -> tuple[list[Node], list[Edge]]:
    """A node of each label with all its properties, and edges of each type, with and without properties."""
    nodes, edges = everything()
    named = {node.key: _rightly_named(node) for node in nodes}
    keys = {old: node.key for old, node in named.items()}
    moved = [
        replace(edge, source=keys[edge.source], target=keys[edge.target], via=keys.get(edge.via, edge.via))
        for edge in edges
    ]
    return list(named.values()), moved


def _read(mesh: tuple[list[Node], list[Edge]], form: Form) -> Interpretation:
    with stored(*mesh).read() as reader:
        text = "".join(rdf(reader, form, Profile.MESH, BASE))
    statements = read_rdf(text.encode(), SYNTAXES[form], base="http://b/").statements
    return interpret(statements, DocumentId("export"), load_model(), "application/n-quads")


@pytest.mark.parametrize("form", SYNTAXES)
def test_export__is_read_back_without_loss(mesh: tuple[list[Node], list[Edge]], form: Form) -> None:
    nodes, edges = mesh
    found = _read(mesh, form)

    assert {node.key: (node.label, dict(node.properties), node.stub) for node in found.statement.nodes} == {
        node.key: (node.label, dict(node.properties), False) for node in nodes
    }
    assert {edge for node in found.statement.nodes for edge in node.edges} == {edge.spec for edge in edges}
    assert found.notes == ()
