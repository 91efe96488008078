"""Whatever statements a document has, it is interpreted, and what comes out can be folded."""

from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.identity import DocumentId
from catalog.projection import Projection
from catalog.store.memory import MemoryStore
from ingest.documents.stored import interpret_stored
from ingest.rdf.document import interpret_document
from ingest.rdf.interpretation import interpret
from ingest.rdf.standards import BESIDE, CLASSES, INPUT_PORT, LINKS, PARTS, TEXTS, VAGUE_CLASSES
from ontology.compiler import load_model
from ontology.rdf import RDF, TYPE, XSD, Iri
from ontology.rdf_reading import Blank, RdfSyntax, Statement, Text, read_rdf
from tests.rdf_import.build import RECEIVED

MODEL = load_model()
THINGS = [
    Iri("https://x.org/a"),
    Iri("https://x.org/b"),
    Iri("urn:x"),
    Iri("http://127.0.0.1:8000/id/dataset/n/d"),
    Iri("http://127.0.0.1:8000/id/field/n/d/f"),
    Iri("http://127.0.0.1:8000/id/product/p"),
    Iri("http://127.0.0.1:8000/id/job/only-one"),
    Iri(f"http://127.0.0.1:8000/id/dataset/!{'0' * 64}"),
    Blank("c14n0"),
    Blank("c14n1"),
]
CLASS_IRIS = [Iri(one) for one in (*(node.iri for node in MODEL.nodes), *CLASSES, *VAGUE_CLASSES, *PARTS)]
PREDICATES = [
    Iri(one)
    for one in (
        *(relationship.iri for relationship in MODEL.relationships),
        *(property_.iri for node in MODEL.nodes for property_ in node.properties),
        *(property_.iri for kind in MODEL.relationships for property_ in kind.properties),
        *LINKS,
        *BESIDE,
        *(predicate for predicates in TEXTS.values() for predicate in predicates),
        INPUT_PORT,
        f"{RDF}subject",
        f"{RDF}predicate",
        f"{RDF}object",
        "https://w3id.org/meshline/ns#unknown",
    )
]
TEXTS_ = [
    Text("x", f"{XSD}string"),
    Text("", f"{XSD}string"),
    Text("de", f"{RDF}langString", "de"),
    Text("3", f"{XSD}integer"),
    Text("true", f"{XSD}boolean"),
    Text("no", f"{XSD}integer"),
    Text("2026-01-01T00:00:00Z", f"{XSD}dateTime"),
    Text("product/p", f"{XSD}string"),
    Text("dataset/n/d", f"{XSD}string"),
    Text(f"dataset/!{'0' * 64}", f"{XSD}string"),
    Text("field/n/d/f", f"{XSD}string"),
    Text("active", f"{XSD}string"),
]
OBJECTS = [*THINGS, *TEXTS_, *map(Iri, ("https://w3id.org/meshline/ns#memberOf", f"{RDF}Statement"))]
STATEMENTS = st.lists(
    st.one_of(
        st.builds(
            Statement,
            st.sampled_from(THINGS),
            st.just(Iri(TYPE)),
            st.sampled_from([*CLASS_IRIS, Iri(f"{RDF}Statement")]),
        ),
        st.builds(Statement, st.sampled_from(THINGS), st.sampled_from(PREDICATES), st.sampled_from(OBJECTS)),
    ),
    max_size=25,
)


@settings(max_examples=300, deadline=None)
@given(STATEMENTS)
def test_any_statements__are_interpreted_to_nodes_that_hold_together(statements: list[Statement]) -> None:
    found = interpret(statements, DocumentId("m"), MODEL, "application/n-quads")

    keys = [node.key for node in found.statement.nodes]
    assert keys == sorted(set(keys))
    ends = {
        end for node in found.statement.nodes for edge in node.edges for end in (edge.source, edge.target)
    }
    assert ends <= set(keys)
    assert all(edge.source == node.key for node in found.statement.nodes for edge in node.edges)


def _text(statements: list[Statement]) -> bytes:
    return "".join(
        f"{_term(one.subject)} <{one.predicate}> {_term(one.object)} .\n" for one in statements
    ).encode()


def _term(term: object) -> str:
    if isinstance(term, Text):
        return f'"{term.value}"@{term.language}' if term.language else f'"{term.value}"^^<{term.datatype}>'
    return f"_:{term}" if isinstance(term, Blank) else f"<{term}>"


@settings(max_examples=150, deadline=None)
@given(st.lists(STATEMENTS, max_size=3))
def test_any_documents__that_break_no_rule_are_folded_and_read_again(
    documents: list[list[Statement]],
) -> None:
    store = MemoryStore()
    for number, statements in enumerate(documents):
        document = read_rdf(_text(statements), RdfSyntax.N_QUADS, base="http://b/")
        reading = interpret_document(document, "m", received_ns=RECEIVED + number)
        if not reading.kept_out:
            Projection(store).apply([(reading.entry, reading.statements)])
            assert interpret_stored(reading.entry) == (reading.entry, reading.statements)
