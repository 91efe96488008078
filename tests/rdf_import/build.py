"""Documents for the tests of the import, and what they come to."""

from catalog.identity import DocumentId
from catalog.statement import Described
from ingest.documents.given import Given
from ingest.documents.reading import Interpretation, Reading
from ingest.rdf.document import interpret_document, read_document
from ingest.rdf.interpretation import interpret
from ontology.compiler import load_model
from ontology.rdf_reading import RdfSyntax, read_rdf
from ontology.shapes import Severity

SOURCE = "mesh.ttl"
RECEIVED = 1_767_225_600_000_000_000
"""2026-01-01T00:00:00Z"""
HEAD = """
@prefix mesh: <https://w3id.org/meshline/ns#> .
@prefix adms: <http://www.w3.org/ns/adms#> .
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix dpv: <https://w3id.org/dpv#> .
@prefix dprod: <https://ekgf.github.io/dprod/> .
@prefix dqv: <http://www.w3.org/ns/dqv#> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix odrl: <http://www.w3.org/ns/odrl/2/> .
@prefix org: <http://www.w3.org/ns/org#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix vcard: <http://www.w3.org/2006/vcard/ns#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix : <https://x.org/> .
"""


def interpreted(turtle: str, source: str = SOURCE, syntax: RdfSyntax = RdfSyntax.TRIG) -> Interpretation:
    """What a document says. Turtle comes without its prefixes."""
    text = turtle if syntax is RdfSyntax.JSON_LD else HEAD + turtle
    statements = read_rdf(text.encode(), syntax, base="https://x.org/").statements
    return interpret(statements, DocumentId(source), load_model(), "application/n-quads")


def nodes(turtle: str, source: str = SOURCE) -> dict[str, Described]:
    """The nodes of a document that breaks no rule, by key."""
    found = interpreted(turtle, source)
    assert [one.message for one in found.violations if one.severity is Severity.VIOLATION] == []
    return {node.key: node for node in found.statement.nodes}


def messages(turtle: str) -> list[str]:
    """What forbids to apply a document, in sentences."""
    found = interpreted(turtle).violations
    return [violation.message for violation in found if violation.severity is Severity.VIOLATION]


def reading(turtle: str, source: str = SOURCE, at_ns: int | None = None) -> Reading:
    """A document as the catalog takes it."""
    document = read_document((HEAD + turtle).encode(), RdfSyntax.TURTLE, source)
    return interpret_document(document, source, received_ns=RECEIVED, given=Given(at_ns))


def x(kind: str, name: str) -> str:
    """The key of a thing of the tests."""
    return f"{kind}/https%3A%2F%2Fx.org%2F{name}"
