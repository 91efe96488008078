"""The policies and waivers that a document says by itself, whatever it is written in."""

from catalog.governance.stored import Stored, read_stored
from catalog.graph import Edge, Node
from catalog.statement import DocumentStatement
from ontology.vocabulary import Origin


def said_in(statement: DocumentStatement) -> Stored:
    """What the statement of a document comes to. What it only names is not among them."""
    nodes = [Node(one.key, one.label, dict(one.properties)) for one in statement.nodes if not one.stub]
    document = statement.document.key
    leaving = {
        one.key: [
            Edge(spec.type, spec.source, spec.target, document, Origin.DECLARED, spec.properties)
            for spec in one.edges
        ]
        for one in statement.nodes
    }
    return read_stored(nodes, leaving)
