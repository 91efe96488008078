"""Descriptors as entries of the log: what they are, what they say when read again, and that order decides nothing."""

from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest

from catalog.canonical import encode, plain, sha256
from catalog.entry import EntryKind, LogEntry, Status
from catalog.export import nquads
from catalog.instant import instant_of
from catalog.projection import Projection
from catalog.statement import NOTHING
from catalog.store.memory import MemoryStore
from catalog.store.port import Store
from ingest.descriptors.document import interpret_descriptor
from ingest.documents.commit import Commit
from ingest.documents.given import NOTHING_GIVEN, Given
from ingest.documents.reading import Reading
from ingest.documents.stored import interpret_stored
from ingest.errors import MalformedDescriptor, UnknownFormat
from ingest.problems import Code
from ingest.replay import replay
from tests.convergence.conftest import fresh_store, kind, store

__all__ = ["fresh_store", "kind", "store"]

RECEIVED = 1_767_225_600 * 10**9
HOUR = 3600 * 10**9
TEXT = """meshline: 1
products:
  - id: orders
    owner: order-team
    outputs: [{name: table, datasets: [{namespace: db, name: orders}]}]
"""
LATER = TEXT.replace("order-team", "sales-team").replace("table", "topic")
BACKSTAGE = """apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: order-team, labels: {a: b}}
spec: {type: team, children: [], unknown: 1, more: [1, 2]}
"""
COMMIT = Commit("c" * 40, "https://git.example/mesh", "a.yaml", "Ada L")


def reading(text: str | bytes, source: str = "a.yaml", given: Given = NOTHING_GIVEN) -> Reading:
    data = text if isinstance(text, bytes) else text.encode()
    return interpret_descriptor(data, source, given, received_ns=RECEIVED, max_bytes=100_000)


def exported(store: Store) -> list[str]:
    with store.read() as reader:
        return list(nquads(reader))


def test_entry__keeps_the_text_with_its_commit_and_time() -> None:
    found = reading(TEXT, given=Given(RECEIVED - HOUR, COMMIT, take_over=True)).entry

    assert plain(found.body) == {
        "document": "a.yaml",
        "mediaType": "application/vnd.meshline.descriptor",
        "content": TEXT,
        "at": "2025-12-31T23:00:00Z",
        "commit": {
            "sha": "c" * 40,
            "repository": "https://git.example/mesh",
            "path": "a.yaml",
            "author": "Ada L",
        },
        "takeOver": True,
    }
    assert (found.kind, found.hash, instant_of(found.order_key)) == (
        EntryKind.DOCUMENT,
        sha256(found.body),
        RECEIVED - HOUR,
    )


def test_document_node__has_its_commit() -> None:
    said = dict(reading(TEXT, given=Given(commit=COMMIT)).interpretation.statement.properties)

    assert {name: said[name] for name in ("commit", "repository", "committedBy", "source")} == {
        "commit": "c" * 40,
        "repository": "https://git.example/mesh",
        "committedBy": "Ada L",
        "source": "a.yaml",
    }


@pytest.mark.parametrize("text", [TEXT.replace("\n", "\r\n"), b"\xef\xbb\xbf" + TEXT.encode()])
def test_line_ends_and_byte_order_mark__make_no_other_entry(text: str | bytes) -> None:
    assert reading(text).entry == reading(TEXT).entry


@pytest.mark.parametrize("text", [TEXT, BACKSTAGE, "", "# nothing\n"])
@pytest.mark.parametrize(
    "given", [NOTHING_GIVEN, Given(RECEIVED - HOUR, COMMIT), Given(RECEIVED + HOUR, retire=True)]
)
def test_stored__says_the_same_again(text: str, given: Given) -> None:
    first = reading(text, given=given)

    assert interpret_stored(first.entry) == (first.entry, first.statements)


@pytest.mark.parametrize(
    "content",
    [
        "a: [",
        "kind: Nothing\n",
        "meshline: 1\ncolour: red\n",
        "meshline: 1\nproducts: [{id: a, lifecycle: b}]\n",
    ],
)
def test_stored__that_is_refused_today_is_quarantined(content: str) -> None:
    first = reading(TEXT).entry
    body: dict[str, Any] = {**plain(first.body), "content": content}

    again, said = interpret_stored(replace(first, body=encode(body)))

    assert (again.status, said, len(again.problems)) == (Status.QUARANTINED, NOTHING, 1)


def test_what_has_no_place__is_counted_with_its_first_line() -> None:
    found = reading(BACKSTAGE)

    assert [
        (note.code, note.term, note.count, note.line) for note in found.notes if note.term == "spec.unknown"
    ] == [(Code.UNMAPPED, "spec.unknown", 1, 4)]
    assert {problem.code for problem in found.entry.problems} == {Code.UNMAPPED}
    assert not any(problem.lost for problem in found.entry.problems)


@pytest.mark.parametrize(
    ("text", "error"),
    [("a: [", MalformedDescriptor), ("a: 1", UnknownFormat), (b"\xff", MalformedDescriptor)],
)
def test_unreadable__is_an_error(text: str | bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        reading(text)


def entries() -> list[Reading]:
    """Two versions of one document, and another that describes the owner."""
    return [
        reading(TEXT, given=Given(RECEIVED - 3 * HOUR)),
        reading(LATER, given=Given(RECEIVED - HOUR, COMMIT)),
        reading(BACKSTAGE, "catalog-info.yaml", Given(RECEIVED - 2 * HOUR)),
    ]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_order_and_repeats__change_nothing(order: tuple[int, ...]) -> None:
    one, other, again = MemoryStore(), MemoryStore(), MemoryStore()
    found: list[tuple[LogEntry, Any]] = [(one.entry, one.statements) for one in entries()]

    Projection(one).apply(found)
    for place in (*order, *order):
        Projection(other).apply([found[place]])
    replay(other, Projection(again))

    assert exported(one) == exported(other) == exported(again)


def test_stores__have_the_same_export(store: Store) -> None:
    memory = MemoryStore()
    for each in (store, memory):
        Projection(each).apply([(one.entry, one.statements) for one in entries()])

    assert exported(store) == exported(memory)


@pytest.mark.parametrize(
    "text", [TEXT.replace("\n", "\r\r\n"), "\ufeff\ufeff" + TEXT, TEXT.replace("\n", "\r")]
)
def test_replay__finds_the_same_entry_whatever_the_line_ends_and_marks_were(text: str) -> None:
    read = reading(text)

    assert interpret_stored(read.entry) == (read.entry, read.statements)
