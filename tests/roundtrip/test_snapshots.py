"""Single facts about snapshots: what a late event finds, names too long for keys, forged twins, bounds of memory."""

import io
import itertools
import json
import tracemalloc
from collections.abc import Callable
from dataclasses import replace

import pytest

from catalog import state
from catalog.described import described
from catalog.entry import EntryKind, Status
from catalog.graph import Direction
from catalog.identity import DatasetId
from catalog.instant import instant_of
from catalog.projection import Projection, Said
from catalog.statement import Statements
from catalog.store.port import ALL_TIME
from catalog.store.registry import open_store
from ingest.replay import interpret_again
from ingest.snapshot import interpret_snapshot, snapshot_entries
from ontology.vocabulary import Rel
from tests.convergence.cases import A, B, about, at, columns, dataset_event, from_column, run
from tests.convergence.events import RECEIVED_NS, envelope, named
from tests.convergence.said import Event
from tests.documents.versions import Plain, key, version
from tests.roundtrip.restoring import apply, export_of, graph_of, recognised, snapshot

PRODUCT, SHOP = key("product", "sales"), key("domain", "shop")


def said(*events: Event) -> list[Said]:
    return recognised(events, RECEIVED_NS)


def restored(*events: Event) -> list[Said]:
    return snapshot(graph_of(said(*events)))


def schema(type_: str) -> dict[str, object]:
    return {"fields": [{"name": "id", "type": type_}]}


SEEN_FOUR_TIMES = [dataset_event(minute, A, schema=schema("int")) for minute in (1, 2, 6, 9)]
LATE = dataset_event(4, A, schema=schema("text"))


def test_late_event__between_the_sights_of_a_stretch_holds_until_its_last_sight() -> None:
    """Of a stretch the snapshot has the first and the last sight: the others, between, could have ended it earlier."""
    stores = [open_store("memory:"), open_store("memory:")]
    apply(stores[0], said(*SEEN_FOUR_TIMES, LATE))
    apply(stores[1], [*restored(*SEEN_FOUR_TIMES), *said(LATE)])
    until = []
    for store in stores:
        with store.read() as reader:
            edges = reader.edges((A.key,), (Rel.HAS_FIELD,), Direction.OUT, ALL_TIME)
            until.append([(dict(edge.properties)["type"], edge.valid_from, edge.valid_to) for edge in edges])
    assert sorted(until[0], key=repr) == sorted(
        [("int", at(1), at(4)), ("text", at(4), at(6)), ("int", at(6), None)], key=repr
    )
    assert sorted(until[1], key=repr) == sorted(
        [("int", at(1), at(4)), ("text", at(4), at(9)), ("int", at(9), None)], key=repr
    )


def test_late_event__that_says_what_held_changes_no_more_than_it_did() -> None:
    late = dataset_event(4, A, schema=schema("int"))
    assert graph_of([*restored(*SEEN_FOUR_TIMES), *said(late)]) == graph_of(said(*SEEN_FOUR_TIMES, late))


def test_late_event__of_another_key_is_exact() -> None:
    late = dataset_event(4, A, documentation={"description": "late"})
    assert graph_of([*restored(*SEEN_FOUR_TIMES), *said(late)]) == graph_of(said(*SEEN_FOUR_TIMES, late))


def test_late_event__sent_with_those_that_the_snapshot_was_made_of_is_exact() -> None:
    whole = said(*SEEN_FOUR_TIMES, LATE)
    assert graph_of([*restored(*SEEN_FOUR_TIMES), *whole]) == graph_of(whole)


def test_late_event__of_a_run_is_exact() -> None:
    """Runs are told whole: an event of one, or a run between two, changes the lineage as if all had been sent."""
    early = [run(1, "COMPLETE", 1, [A], [B]), run(2, "COMPLETE", 9, [A], [B])]
    late = [
        run(1, "FAIL", 2),
        run(3, "COMPLETE", 5, [], [about(B, columnLineage=from_column(A, "id", "id"))]),
    ]
    both = [*restored(*early), *said(*late)]
    assert graph_of(both) == graph_of(said(*early, *late))
    store = open_store("memory:")
    apply(store, both)
    with store.read() as reader:
        assert columns(reader, B.field("id"), at(6)) == {"db/a#id"}


def test_times_between__know_a_dataset_by_its_first_and_last_sight_and_its_runs() -> None:
    """``lastSeen`` as of a time that is past: the latest sight that the snapshot tells."""
    store = open_store("memory:")
    apply(store, restored(*SEEN_FOUR_TIMES, run(1, "START", 4, [A])))
    with store.read() as reader:
        found = [state.last_sight(reader, (A.key,), at(minute)).get(A.key) for minute in (0, 1, 3, 5, 9)]
    assert [one and instant_of(one) for one in found] == [None, at(1), at(1), at(4), at(9)]


LONG = "x" * 2500


def long_names() -> list[Event]:
    source, output = named((LONG, "in")), named((LONG, "out"))
    columnlineage = {"fields": {"id": {"inputFields": [{**source, "field": "id"}]}}}
    parent = {"run": {"runId": f"run {LONG}"}, "job": named((LONG, "parent"))}
    return [
        envelope(
            "2024-05-01T10:00:00Z",
            eventType="COMPLETE",
            run={"runId": f"mine {LONG}", "facets": {"parent": parent}},
            job=named((LONG, "job")),
            inputs=[source],
            outputs=[{**output, "facets": {"columnLineage": columnlineage}}],
        ),
        envelope("2024-05-01T10:00:01Z", dataset={**source, "facets": {"schema": schema("int")}}),
    ]


def test_names__too_long_for_keys_are_restored() -> None:
    export = graph_of(said(*long_names()))
    assert "/!" in export
    assert graph_of(snapshot(export)) == export
    assert graph_of([*snapshot(export), *said(*long_names())]) == export


def test_names__of_any_characters_are_restored() -> None:
    odd = DatasetId('\x00\u2028\r\n\t"\\<>|`^{}%2F/#é\U0001f600', " ")
    event = dataset_event(
        1, odd, documentation={"description": "\x00\x7f\u2029\r\n\"'\\"}, **{"a b/\n": {"n": 1}}
    )
    export = graph_of(said(event))
    assert graph_of(snapshot(export)) == export
    assert len(export.split("\n")) == export.count(" .\n") + 1


def test_evidence__of_a_snapshot_is_what_its_events_were() -> None:
    events = said(*SEEN_FOUR_TIMES)
    store = open_store("memory:")
    apply(store, snapshot(graph_of(events)))
    with store.read() as reader:
        fact = state.facts(reader, (A.key,))[A.key]["fields"]
    assert (fact.first, fact.last) == (events[0][0].order_key, events[-1][0].order_key)


def test_snapshot__is_a_log_entry_that_says_what_it_is() -> None:
    [(entry, statements)] = restored(*SEEN_FOUR_TIMES)
    assert (entry.kind, entry.status, entry.problems) == (EntryKind.SNAPSHOT, Status.APPLIED, ())
    assert statements == Statements(snapshot=statements.snapshot)
    assert interpret_again(replace(entry, actor="importer")) == (replace(entry, actor="importer"), statements)


FORGERIES: dict[str, Callable[[str], str]] = {
    "another value": lambda text: text.replace('\\"int\\"', '\\"long\\"'),
    "another facet of the run": lambda text: text.replace('\\"n\\":1', '\\"n\\":2'),
    "another state": lambda text: text.replace('"COMPLETE"', '"FAIL"'),
    "another parent": lambda text: text.replace("0000000000ff", "0000000000ee"),
}


@pytest.mark.parametrize("case", FORGERIES)
def test_snapshots__that_contradict_each_other_make_one_graph_in_any_order(case: str) -> None:
    """The same order key with two values comes from no events; which of the two counts has nothing to do with order."""
    parent = {"run": {"runId": "00000000-0000-4000-8000-0000000000ff"}, "job": named(("jobs", "parent"))}
    events = [
        run(1, "COMPLETE", 2, [A], [B], facets={"parent": parent, "custom": {"n": 1}}),
        dataset_event(3, A, schema=schema("int")),
    ]
    sound = restored(*events)
    forged = [_forged(one, FORGERIES[case]) for one in sound]
    assert forged != sound
    entries = {entry.hash: (entry, statements) for entry, statements in [*sound, *forged, *said(*events)]}
    orders = list(itertools.islice(itertools.permutations(entries.values()), 0, None, 311))
    exports = {graph_of(order, size) for order in orders for size in (1, 4)}
    assert len(exports) == 1


def _forged(one: Said, forgery: Callable[[str], str]) -> Said:
    body = json.loads(one[0].body)
    body["lines"] = [forgery(line) for line in body["lines"]]
    return interpret_snapshot(json.dumps(body), one[0].received_ns)


def test_parts_of_a_snapshot__are_each_a_graph_without_loose_ends() -> None:
    """An import that was interrupted leaves a graph that holds together, and going on completes it."""
    parent = {"run": {"runId": "00000000-0000-4000-8000-0000000000ff"}, "job": named(("jobs", "parent"))}
    events = [
        run(
            1,
            "COMPLETE",
            2,
            [A],
            [about(B, columnLineage=from_column(A, "id", "id"))],
            facets={"parent": parent},
        ),
        envelope(
            "2024-05-01T10:01:00Z", job=named(("jobs", "serve")), inputs=[named(("db", "b"))], outputs=[]
        ),
    ]
    whole = graph_of(said(*events))
    entries = snapshot(whole)
    for first in range(len(entries)):
        store = open_store("memory:")
        rotated = [*entries[first:], *entries[:first]]
        for one in rotated:  # each by itself: the store refuses an edge whose ends are not there
            Projection(store).apply([one])
        assert export_of(store) == whole


def test_documents__are_as_they_were_at_any_time() -> None:
    sales = Plain("DataProduct", {"description": "one"}, frozenset({("IN_DOMAIN", PRODUCT, SHOP, ())}))
    other = replace(sales, properties={"description": "two"})
    versions = [
        version("one.ttl", 1, (PRODUCT, sales)),
        version("two.ttl", 2, (PRODUCT, other)),
        version("one.ttl", 3, (PRODUCT, sales)),
        version("two.ttl", 4, (PRODUCT, other)),
        version("one.ttl", 5, (PRODUCT, sales)),
        version("two.ttl", 6),
        version("one.ttl", 7),
    ]
    events = [one.said() for one in versions]
    original, copy = open_store("memory:"), open_store("memory:")
    apply(original, events)
    apply(copy, snapshot(export_of(original)))
    with original.read() as one, copy.read() as other_:
        for minute in range(9):
            asked = described(one, (PRODUCT, SHOP), at(minute))
            assert asked == described(other_, (PRODUCT, SHOP), at(minute))
            if 1 <= minute <= 6:
                assert asked[PRODUCT].properties["description"] == ("two" if minute in (2, 4) else "one")
        assert one.nodes((PRODUCT,)) == other_.nodes((PRODUCT,))
        assert one.nodes((PRODUCT,))[PRODUCT].properties["gone"] is True


def test_reading__needs_memory_for_a_block_not_for_the_file() -> None:
    """A file of 7 MB in three hundred blocks is read within a tenth of that."""
    events = [
        dataset_event(1, DatasetId("db", f"{number:03}"), custom={"text": f"{number}" + "y" * 25_000})
        for number in range(300)
    ]
    file = io.BytesIO(graph_of(said(*events)).encode())
    assert len(file.getvalue()) > 7_000_000
    tracemalloc.start()
    count = sum(1 for _ in snapshot_entries(file, RECEIVED_NS))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 300
    assert peak < 700_000


def test_restoring__nothing_from_an_empty_export() -> None:
    empty = graph_of([])
    assert empty.count("\n") == 2
    assert snapshot(empty) == []
