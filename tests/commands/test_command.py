"""Operators' commands as log entries."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from catalog.command import RUNS_NAMED, Command, briefly, given
from catalog.entry import EntryKind, Status
from catalog.orders import Orders
from catalog.projection import Projection, Said
from catalog.statement import NOTHING
from catalog.store.memory import MemoryStore
from catalog.store.sqlite import SqliteStore
from ingest.command import command
from ingest.errors import NotACommand
from ingest.event import recognise
from ingest.replay import interpret_again, replay
from tests.lineage.build import CountingReader
from tests.roundtrip.restoring import apply, export_of, snapshot

RECEIVED_NS = 1_800_000_000_000_000_000
HOUR_NS = 3_600_000_000_000
LOST = {"kind": "dataset", "namespace": "db", "name": "lost"}


def forget(at_ns: int | None = None, received_ns: int = RECEIVED_NS, **terms: str) -> Said:
    return command("forget", {**LOST, **terms}, received_ns=received_ns, actor="ada", at_ns=at_ns)


def commands_of(store: MemoryStore) -> list[Command]:
    with store.read() as reader:
        return given(reader)


def test_command__is_an_entry_at_its_receipt_behind_all_events_of_that_instant() -> None:
    entry, said = forget(why="a request by mail")
    assert (entry.kind, entry.status, entry.actor) == (EntryKind.COMMAND, Status.APPLIED, "ada")
    assert entry.body == (
        '{"at":"2027-01-15T08:00:00Z","by":"ada","command":"forget","kind":"dataset","name":"lost",'
        '"namespace":"db","why":"a request by mail"}'
    )
    assert entry.order_key == f"{RECEIVED_NS + 2**63:016x}f{entry.hash[:32]}"
    assert said.command == Command(entry.order_key, entry.body)
    assert (said.command.hash, said.command.name) == (entry.hash, "forget")


def test_command__counts_from_the_time_it_is_given() -> None:
    earlier, _ = forget(at_ns=RECEIVED_NS - HOUR_NS)
    assert earlier.order_key < forget()[0].order_key


def test_command__of_a_time_to_come_is_refused() -> None:
    message = "Its time, 2027-01-15T09:00:00Z, is yet to come: it is 2027-01-15T08:00:00Z."
    with pytest.raises(NotACommand, match=message):
        forget(at_ns=RECEIVED_NS + HOUR_NS)


def test_command__given_twice_is_two_entries_and_sent_twice_is_one() -> None:
    store = MemoryStore()
    said = [forget(), forget(received_ns=RECEIVED_NS + 1), forget()]
    assert [receipt.status for receipt in apply(store, said)] == [
        Status.APPLIED,
        Status.APPLIED,
        Status.DUPLICATE,
    ]
    assert commands_of(store) == [said[0][1].command, said[1][1].command]


@pytest.mark.parametrize(
    ("name", "terms", "message"),
    [
        ("lose", {}, "There is no such command"),
        ("forget", {}, "kind is dataset, job, run or namespace"),
        ("forget", {"kind": "dataset", "namespace": "db"}, "a dataset has a name"),
        ("forget", {"kind": "run", "namespace": "db", "name": "r"}, "a run has no namespace"),
        ("forget", {"kind": "namespace", "namespace": 3}, "a namespace has a namespace"),
        ("forget", {**LOST, "why": 3}, "Its reason is no text"),
    ],
)
def test_command__that_cannot_be_done_so_is_refused(
    name: str, terms: dict[str, str | int | float | bool | None], message: str
) -> None:
    with pytest.raises(NotACommand, match=message):
        command(name, terms, received_ns=RECEIVED_NS)


def test_command__is_read_again_from_its_entry() -> None:
    assert interpret_again(forget()[0]) == forget()


def test_command__that_cannot_be_read_any_more_is_quarantined_in_a_replay() -> None:
    entry, _ = forget()
    again, said = interpret_again(replace(entry, body='{"at":"2027-01-15T08:00:00Z","command":"lose"}'))
    assert (again.status, [problem.code for problem in again.problems], said) == (
        Status.QUARANTINED,
        ["command"],
        NOTHING,
    )


def test_command__is_in_a_replay_and_in_an_export_that_is_read_back() -> None:
    store, again, restored = MemoryStore(), MemoryStore(), MemoryStore()
    apply(store, [forget(), forget(kind="job")])
    replay(store, Projection(again, interpret_again))
    apply(restored, snapshot(export_of(store)))
    assert commands_of(store) == commands_of(again) == commands_of(restored) != []
    assert export_of(store) == export_of(again) == export_of(restored)
    with restored.read() as reader:
        assert {entry.kind for entry in reader.log(None, 10)} == {EntryKind.SNAPSHOT}


def test_briefly__tells_commands_without_the_runs_that_they_name() -> None:
    store, runs = MemoryStore(), [f"run/{number}" for number in range(1000)]
    retained = command("retain", {"before": "2026-01-01T00:00:00Z", "runs": runs}, received_ns=RECEIVED_NS)
    apply(store, [retained, forget()])
    whole = commands_of(store)
    with store.read() as reader:
        brief = briefly(reader)
    assert [one.hash for one in brief] == [one.hash for one in whole]
    assert [one.terms for one in brief] == [
        {key: value for key, value in one.terms.items() if key != RUNS_NAMED} for one in whole
    ]
    assert max(len(one.body) for one in brief) < 300


def test_briefly__reads_again_only_when_there_are_other_commands() -> None:
    store = MemoryStore()
    assert read_briefly(store) == ([], 1)
    said = [forget(received_ns=RECEIVED_NS + number) for number in range(3)]
    apply(store, said[:2], 1)
    read_briefly(store)
    assert read_briefly(store) == ([one[0].hash for one in said[:2]], 1)
    apply(store, said[2:])
    assert read_briefly(store) == ([one[0].hash for one in said], 2)
    assert read_briefly(store)[1] == 1


def read_briefly(store: MemoryStore) -> tuple[list[str], int]:
    """The hashes of the commands, and how many questions that took."""
    with store.read() as reader:
        counting = CountingReader(reader)
        found = briefly(counting)  # type: ignore[arg-type]
    return [one.hash for one in found], counting.questions


def test_briefly__is_right_for_two_that_write_to_one_file(tmp_path: Path) -> None:
    one, other = (SqliteStore(str(tmp_path / "m.db")) for _ in range(2))
    event = {"eventTime": "2026-01-01T00:00:00Z", "dataset": {"namespace": "db", "name": "lost"}}
    late = [recognise(json.dumps({**event, "producer": f"urn:{n}"}), received_ns=RECEIVED_NS) for n in (1, 2)]
    apply(one, late[:1])
    apply(other, [forget()])
    apply(one, late[1:])
    with one.read() as reader:
        assert {entry.body for entry in reader.log(None, 10) if entry.kind is EntryKind.DATASET_EVENT} == {""}
    one.close()
    other.close()


def test_orders__ask_about_all_runs_at_once() -> None:
    store, runs = MemoryStore(), [f"run/{number}" for number in range(100)]
    terms = {"before": "2026-01-01T00:00:00Z", "runs": runs[:50]}
    apply(store, [command("retain", terms, received_ns=RECEIVED_NS)])
    with store.read() as reader:
        orders, counting = Orders.of(briefly(reader)), CountingReader(reader)
        found = orders.kept(counting, [(run, at) for run in runs for at in ("0", "f")])  # type: ignore[arg-type]
    assert found == {*((run, "0") for run in runs[:50]), *((run, "f") for run in runs)}
    assert counting.questions == 1
