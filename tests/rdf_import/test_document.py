"""Documents as entries of the log: one graph of one source is one entry, and can be read again."""

import json

from catalog.canonical import plain, sha256
from catalog.entry import EntryKind, Problem, Status
from catalog.instant import instant_of
from catalog.projection import Projection
from catalog.statement import NOTHING
from catalog.store.memory import MemoryStore
from ingest.documents.stored import interpret_stored
from ingest.problems import Code
from ingest.rdf.document import base_of, interpret_document, read_document
from ingest.replay import replay
from ontology.rdf_reading import RdfSyntax, read_rdf
from tests.rdf_import.build import HEAD, RECEIVED, SOURCE, reading

PRODUCT = ":p a mesh:DataProduct ; mesh:name 'P' ; mesh:hasOutputPort [ a mesh:OutputPort ; mesh:name 'O' ] ."
AT = RECEIVED - 1_000_000_000


def test_entry__is_the_canonical_content_by_its_source() -> None:
    entry = reading(PRODUCT).entry

    body = plain(entry.body)
    assert set(body) == {"content", "document", "mediaType"}
    assert (body["document"], body["mediaType"]) == (SOURCE, "application/n-quads")
    assert (entry.hash, entry.kind, entry.status) == (sha256(entry.body), EntryKind.DOCUMENT, Status.APPLIED)
    assert instant_of(entry.order_key) == RECEIVED


def test_entry__is_one_in_turtle_and_in_json_ld() -> None:
    turtle = read_rdf((HEAD + PRODUCT).encode(), RdfSyntax.TURTLE, base="http://b/")
    text = {
        "@context": "https://w3id.org/meshline/context.jsonld",
        "id": "https://x.org/p",
        "type": "DataProduct",
        "name": "P",
        "hasOutputPort": {"type": "OutputPort", "name": "O"},
    }
    read = read_document(json.dumps(text).encode(), RdfSyntax.JSON_LD, SOURCE)

    entries = [interpret_document(one, SOURCE, received_ns=RECEIVED).entry for one in (turtle, read)]
    assert entries[0] == entries[1]


def test_entry__is_another_from_another_source_and_for_another_time() -> None:
    assert (
        len(
            {
                one.entry.hash
                for one in (reading(PRODUCT), reading(PRODUCT, "b.ttl"), reading(PRODUCT, at_ns=AT))
            }
        )
        == 3
    )


def test_time__is_the_one_given_but_not_in_the_future() -> None:
    later = RECEIVED + 3600 * 1_000_000_000

    assert instant_of(reading(PRODUCT, at_ns=AT).entry.order_key) == AT
    future = reading(PRODUCT, at_ns=later).entry
    assert instant_of(future.order_key) == RECEIVED
    assert [problem.code for problem in future.problems] == [Code.EVENT_TIME_FUTURE]


def test_relative_iris__are_resolved_against_the_source() -> None:
    assert base_of("https://x.org/mesh.ttl") == "https://x.org/mesh.ttl"
    assert base_of("mesh/a b.ttl") == "file:///mesh/a%20b.ttl"
    assert (
        "<file:///mesh.ttl#p>" in plain(reading("<#p> a mesh:Domain ; mesh:name 'P' .").entry.body)["content"]
    )


def test_notes__stand_in_the_receipt() -> None:
    text = {
        "@id": "http://x/d",
        "@type": "http://www.w3.org/ns/dcat#Dataset",
        "http://x/p": 1,
        "colour": "red",
    }
    document = read_document(json.dumps(text).encode(), RdfSyntax.JSON_LD, SOURCE)

    problems = interpret_document(document, SOURCE, received_ns=RECEIVED).entry.problems
    assert [(problem.code, problem.path, problem.lost) for problem in problems] == [
        (Code.NOT_UNDERSTOOD, "http://x/p", False),
        (Code.UNDEFINED_KEY, "colour", False),
    ]


def test_stored_entry__is_read_again_as_it_was() -> None:
    first = reading(PRODUCT, at_ns=AT)

    assert interpret_stored(first.entry) == (first.entry, first.statements)


def test_stored_entry__keeps_what_only_its_first_text_told() -> None:
    document = read_document(
        b'{"@id": "http://x/d", "http://x/p": 1, "colour": 1}', RdfSyntax.JSON_LD, SOURCE
    )
    entry = interpret_document(document, SOURCE, received_ns=RECEIVED).entry

    assert interpret_stored(entry)[0] == entry


def test_stored_entry_that_the_ontology_refuses_today__is_quarantined() -> None:
    entry = reading(":t a mesh:Gone ; mesh:name 'T' .").entry

    again, said = interpret_stored(entry)
    assert (again.status, said) == (Status.QUARANTINED, NOTHING)
    assert [problem.code for problem in again.problems] == [Code.VIOLATION]


def test_stored_entry_that_is_no_rdf__is_quarantined() -> None:
    entry = reading(PRODUCT).entry
    body = json.dumps({**plain(entry.body), "content": "<no"})
    broken = type(entry)(entry.hash, entry.kind, entry.order_key, entry.received_ns, body)

    again, said = interpret_stored(broken)
    assert (again.status, said) == (Status.QUARANTINED, NOTHING)
    assert isinstance(again.problems[0], Problem)


def test_replay__of_documents_gives_the_graph_again() -> None:
    store, target = MemoryStore(), MemoryStore()
    read = [reading(PRODUCT, at_ns=AT), reading(":p a mesh:DataProduct ; mesh:name 'Q' .")]
    Projection(store).apply([(one.entry, one.statements) for one in read])

    assert replay(store, Projection(target)).entries == 2
    with store.read() as one, target.read() as other:
        key = "product/https%3A%2F%2Fx.org%2Fp"
        assert one.nodes([key]) == other.nodes([key])
        assert one.nodes([key])[key].properties["name"] == "Q"
