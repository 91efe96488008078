"""Runs told again: the states that the log gives them in the light of all commands."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from catalog.bodies import run_of
from catalog.entry import EntryKind, LogEntry
from catalog.fold.run_joins import join
from catalog.fold.runs import RunState, merge
from catalog.fold.workspace import Workspace
from catalog.forgetting import ReadAgain
from catalog.instant import instant_of, sortable
from catalog.orders import Orders
from catalog.statement import Statements
from catalog.store.port import Reader

PAGE = 256
"""Entries of the log that are read at once."""


def told_again(
    work: Workspace, runs: Mapping[str, RunState], orders: Orders, read_again: ReadAgain
) -> dict[str, RunState]:
    """The states of runs by key, of those of which anything is still said. ``runs``: as they are.

    Reads the stretches of the log in which they were told, once each; memory is bounded by the states and a page.
    """
    states: dict[str, RunState] = {}
    for page in _pages(work.transaction, _windows(runs.values())):
        said = [(entry, read_again(entry)[1]) for entry in page if _may_tell(entry, runs)]
        orders = orders.afresh()
        orders.ask(work.transaction, [(entry.order_key, one) for entry, one in said])
        for entry, one in said:
            _tell(work, states, runs, entry.order_key, orders.left(entry, one, read_again))
    return states


def _windows(runs: Collection[RunState]) -> list[tuple[str, str]]:
    """Where the log tells the runs, from and until before. A snapshot of a run is at the instant of its last event."""
    found: list[tuple[str, str]] = []
    for low, last in sorted((sortable(instant_of(run.first)), run.last) for run in runs):
        high = sortable(instant_of(last) + 1)
        if found and low <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], high))
        else:
            found.append((low, high))
    return found


def _pages(reader: Reader, windows: Sequence[tuple[str, str]]) -> Iterator[list[LogEntry]]:
    for low, high in windows:
        after = (low, "")
        while page := reader.log_in_order(after, PAGE):
            yield [entry for entry in page if entry.order_key < high]
            after = (page[-1].order_key, page[-1].hash)
            if after[0] >= high:
                break


def _may_tell(entry: LogEntry, runs: Collection[str]) -> bool:
    return bool(entry.body) and (entry.kind is EntryKind.SNAPSHOT or run_of(entry) in runs)


def _tell(
    work: Workspace, states: dict[str, RunState], runs: Collection[str], at: str, said: Statements
) -> None:
    if said.run is not None and said.run.run.key in runs:
        key = said.run.run.key
        states[key] = merge(states.get(key), at, said.run, work.intern, work.text)
    snapshot = said.snapshot
    if snapshot is not None and snapshot.run is not None and snapshot.run.id.key in runs:
        for text in snapshot.texts:
            work.intern(text)
        key = snapshot.run.id.key
        states[key] = join(states.get(key), snapshot.run, work.intern, work.text)
