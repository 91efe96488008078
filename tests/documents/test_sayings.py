"""Where documents say what they say: bounded in what is read for it, and nothing of RDF."""

import pytest

from catalog.projection import Projection
from catalog.store.memory import MemoryStore
from ingest.descriptors.document import interpret_descriptor
from ingest.documents import sayings
from ingest.documents.given import Given
from ingest.documents.sayings import statements_at
from ingest.rdf.document import interpret_document, read_document
from ontology.rdf_reading import RdfSyntax
from tests.rdf_import.build import HEAD, RECEIVED

TEXT = "meshline: 1\nteams:\n  - {id: orders, name: Orders}\n"
TURTLE = HEAD + "<https://w3id.org/meshline/id/team/orders> a mesh:Team ; mesh:name 'T' ."


@pytest.fixture
def store() -> MemoryStore:
    """A team as a short text, a longer one and RDF describe it."""
    found = MemoryStore()
    texts = {"a.yaml": TEXT, "b.yaml": TEXT + "# more\n" * 100}
    said = [
        interpret_descriptor(text.encode(), source, Given(), received_ns=RECEIVED, max_bytes=10_000)
        for source, text in texts.items()
    ]
    rdf = read_document(TURTLE.encode(), RdfSyntax.TURTLE, "c.ttl")
    said.append(interpret_document(rdf, "c.ttl", received_ns=RECEIVED))
    Projection(found).apply([(one.entry, one.statements) for one in said])
    return found


def lines(store: MemoryStore) -> dict[str, int | None]:
    with store.read() as reader:
        found = statements_at(reader, ("team/orders",))["team/orders"]
    return {
        one.stated.teller: one.said.place.line
        if one.said is not None and one.said.place is not None
        else None
        for one in found
    }


def test_lines__are_those_of_texts_that_are_kept_as_they_came(store: MemoryStore) -> None:
    assert lines(store) == {"document/a.yaml": 3, "document/b.yaml": 3, "document/c.ttl": None}


@pytest.mark.parametrize("bound", ["MAX_CHARS", "MAX_TOTAL_CHARS"])
def test_longer_texts__are_not_read_again(
    store: MemoryStore, bound: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sayings, bound, 300)

    assert lines(store) == {"document/a.yaml": 3, "document/b.yaml": None, "document/c.ttl": None}
