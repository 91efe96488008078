"""What is said of a start of which nothing is known: that, and never that the answer is complete."""

from typing import Any

import pytest

from catalog.coverage import Coverage, CoverageStatus
from catalog.graph import Direction
from catalog.identity import DatasetId, FieldId, JobId
from catalog.impact.evaluation import impact
from catalog.impact.severity import Verdict
from catalog.lineage import Level, walk
from catalog.projection import Projection
from catalog.scopes import RunReader
from catalog.store.memory import MemoryStore
from catalog.store.port import Store
from tests.impact.words import drop_dataset, proposed
from tests.ingest.build import RUN_ID, TIME_NS, column, dataset, dataset_event, lineage, read, run_event

ORDERS, REPORT, ALONE = (DatasetId("db", name).key for name in ("orders", "report", "alone"))
LOAD, IDLE = JobId("jobs", "load").key, JobId("jobs", "idle").key
SCHEMA = {"fields": [{"name": "a", "type": "int"}]}


def filled(store: Store) -> Store:
    """A job that reads and writes, one that does neither, and a dataset by itself."""
    alone = dataset_event()
    alone["dataset"] = dataset("alone", schema=SCHEMA)
    events = [
        run_event(inputs=[dataset("orders")], outputs=[dataset("report")]),
        run_event(run={"runId": RUN_ID[:-1] + "0"}, job={"namespace": "jobs", "name": "idle"}),
        alone,
    ]
    for event in events:
        Projection(store).apply([read(event)])
    return store


def coverage(store: Store, *roots: str, direction: Direction = Direction.OUT, **asked: Any) -> Coverage:
    with store.read() as reader:
        return walk(reader, roots, direction=direction, **asked).coverage


def told(found: Coverage) -> tuple[CoverageStatus, list[tuple[str, tuple[str, ...]]]]:
    return found.status, [(reason.code.value, reason.keys) for reason in found.reasons]


@pytest.mark.parametrize("level", [Level.DATASET, Level.JOB])
@pytest.mark.parametrize("direction", list(Direction))
@pytest.mark.parametrize("root", [ALONE, IDLE])
def test_start_without_lineage__is_not_covered(
    store: Store, root: str, direction: Direction, level: Level
) -> None:
    found = coverage(filled(store), root, direction=direction, level=level)
    assert told(found) == (CoverageStatus.UNKNOWN, [("NO_LINEAGE", (root,))])


def test_start_without_lineage__is_told_in_words() -> None:
    store = filled(MemoryStore())
    messages = [coverage(store, root).reasons[0].message for root in (ALONE, IDLE)]
    assert messages == [
        "Nothing is known of the lineage of db/alone: no event tells what reads or writes it.",
        "Nothing is known of the lineage of jobs/idle: no event tells what it reads or writes.",
    ]


def test_field_of_a_dataset_without_lineage__is_not_covered() -> None:
    found = coverage(filled(MemoryStore()), FieldId(DatasetId("db", "alone"), "a").key, level=Level.FIELD)
    assert told(found) == (CoverageStatus.UNKNOWN, [("NO_LINEAGE", (ALONE,))])


@pytest.mark.parametrize(("root", "direction"), [(REPORT, Direction.OUT), (ORDERS, Direction.IN)])
def test_end_of_lineage__is_covered(root: str, direction: Direction) -> None:
    assert told(coverage(filled(MemoryStore()), root, direction=direction)) == (CoverageStatus.COMPLETE, [])


def test_start_without_lineage__beside_others_leaves_the_answer_partial() -> None:
    found = coverage(filled(MemoryStore()), ORDERS, ALONE)
    assert told(found) == (CoverageStatus.PARTIAL, [("NO_LINEAGE", (ALONE,))])


def test_column_lineage_alone__is_lineage() -> None:
    store = MemoryStore()
    event = dataset_event(schema=SCHEMA)
    event["dataset"] = dataset("made", schema=SCHEMA, columnLineage=lineage(column("a"), target="a"))
    Projection(store).apply([read(event)])
    found = coverage(store, DatasetId("db", "made").key, direction=Direction.IN)
    assert "NO_LINEAGE" not in {code for code, _ in told(found)[1]}


@pytest.mark.parametrize("root", [ORDERS, LOAD])
def test_start_that_was_not_known_then__is_not_covered(store: Store, root: str) -> None:
    found = coverage(filled(store), root, at=TIME_NS - 1)
    assert told(found) == (CoverageStatus.UNKNOWN, [("NOT_YET_KNOWN", (root,))])
    assert told(coverage(store, root, at=TIME_NS)) == (CoverageStatus.COMPLETE, [])


def test_impact__of_a_time_at_which_nothing_was_known_is_to_be_reviewed() -> None:
    change = proposed(ALONE, drop_dataset())
    with filled(MemoryStore()).read() as reader:
        then, now = impact(reader, change, at=TIME_NS - 1), impact(reader, change)
    assert told(then.coverage) == (CoverageStatus.UNKNOWN, [("NOT_YET_KNOWN", (ALONE,))])
    assert (then.verdict, now.verdict) == (Verdict.REVIEW, Verdict.SAFE)


def test_run_that_tells_nothing_of_a_start__says_so() -> None:
    with filled(MemoryStore()).read() as reader:
        found = walk(RunReader(reader, f"run/{RUN_ID}"), [ALONE], direction=Direction.OUT).coverage
    assert told(found)[1] == [("NO_LINEAGE", (ALONE,))]
