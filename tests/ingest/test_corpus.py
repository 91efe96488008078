"""The 500 real events: each is kept, and what it says is stated, or its receipt says why not."""

import json
from collections import Counter

from catalog.entry import LogEntry, Status
from catalog.statement import Statements
from ingest.event import recognise
from ingest.redaction import EVERYTHING_KEPT
from ingest.replay import interpret_again
from tests.ingest.build import problems
from tests.ingest.facts import is_told, located
from tests.ingest.told import told

RECEIVED_NS = 1_800_000_000_000_000_000


def recognised(events: list[tuple[str, bytes]]) -> dict[str, tuple[LogEntry, Statements]]:
    return {name: recognise(data, received_ns=RECEIVED_NS) for name, data in events}


def test_corpus__every_event_is_kept(corpus_events: list[tuple[str, bytes]]) -> None:
    found = recognised(corpus_events)
    statuses = Counter(entry.status for entry, _ in found.values())
    print(dict(statuses), Counter(problem.code for entry, _ in found.values() for problem in entry.problems))
    assert len(found) == 500
    assert statuses == {Status.APPLIED: 490, Status.PARTIAL: 10}


def test_corpus__what_is_lost_is_said(corpus_events: list[tuple[str, bytes]]) -> None:
    lost = Counter(
        (code, path)
        for entry, _ in recognised(corpus_events).values()
        for code, path, is_lost in problems(entry)
        if is_lost
    )
    assert lost == {
        ("parent", "$.run.facets.parent.run"): 5,
        ("run-id", "$.run.runId"): 1,
        ("run", "$.run"): 1,
        ("run", "$.inputs"): 1,
        ("run", "$.outputs"): 1,
        ("extra-part", "$.dataset"): 1,
        ("facet-content", "$.job.facets.ownership.owners[0]"): 1,
        ("facet-content", "$.outputs[0].facets.ownership.owners[0]"): 1,
        ("facet-content", "$.outputs[0].outputFacets.outputStatistics.rowCount"): 1,
    }


def test_corpus__three_events_without_zone_are_noted(corpus_events: list[tuple[str, bytes]]) -> None:
    codes = Counter(p.code for entry, _ in recognised(corpus_events).values() for p in entry.problems)
    assert codes["event-time-zone"] == 3


def test_corpus__all_158_column_edges_are_stated(corpus_events: list[tuple[str, bytes]]) -> None:
    edges = {
        (edge.source, edge.source_field, edge.output, edge.target)
        for _, said in recognised(corpus_events).values()
        if said.run is not None
        for columns in said.run.columns.values()
        for edge in columns
        if edge.target is not None
    }
    assert len(edges) == 158


def test_corpus__every_fact_is_stated_or_told_and_nothing_is_made_up(
    corpus_events: list[tuple[str, bytes]],
) -> None:
    count = 0
    for name, data in corpus_events:
        entry, said = recognise(data, received_ns=RECEIVED_NS, redaction=EVERYTHING_KEPT)
        stated, paths = told(said), {problem.path for problem in entry.problems}
        facts = located(json.loads(data))
        count += len(facts)
        missing = [(path, fact) for path, fact in facts if fact not in stated and not is_told(path, paths)]
        assert missing == [], name
        assert stated <= {fact for _, fact in facts}, name
    assert count > 9_000


def test_corpus__a_stored_body_is_the_same_entry_again(corpus_events: list[tuple[str, bytes]]) -> None:
    for name, data in corpus_events:
        first = recognise(data, received_ns=RECEIVED_NS)
        assert interpret_again(first[0]) == first, name
