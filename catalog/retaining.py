"""Retention of what is there already: runs, observations and bodies go that no command in force keeps.

Goes through jobs, then all sighted things, then the log, in the transaction of the command. Histories go portion by
portion from the horizon back: each costs what it holds, and what came later in the histories of its things.
"""

from collections.abc import Iterator, Sequence

from catalog.bodies import gone
from catalog.fold.edges import Entity
from catalog.fold.history import Observation, load_observation
from catalog.fold.ledger import FACTS
from catalog.fold.rewriting import Rewriting
from catalog.fold.runs import load_run
from catalog.fold.workspace import Workspace
from catalog.forgetting import ReadAgain
from catalog.graph import Node
from catalog.identity import DatasetId, JobId
from catalog.orders import Orders
from catalog.retelling import PAGE, told_again
from catalog.retention import trimmed
from catalog.store.port import NodeFilter, Range, Record, Space, Transaction
from catalog.taken import Taken
from ontology.vocabulary import Label

RUNS = 100
"""Runs that go at once."""
PORTION = 500
"""Observations that go at once."""
_NODES = 50
_CHUNK = 100
"""Observations of one thing that are read at once."""
_JOBS = (Label.JOB, Label.PIPELINE)


def retain(transaction: Transaction, orders: Orders, read_again: ReadAgain, taken: Taken) -> None:
    """Take away what is before the horizon of the commands in force and not kept by them; adds to ``taken``."""
    for jobs in _pages(transaction, _JOBS):
        for job in jobs:
            _retain_runs(transaction, job, orders, read_again, taken)
    for nodes in _pages(transaction, (Label.DATASET, *_JOBS)):
        _retain_facts(transaction, nodes, orders.horizon, taken)
    _retain_bodies(transaction, orders, read_again, taken)


def _pages(transaction: Transaction, labels: tuple[str, ...]) -> Iterator[list[Node]]:
    after: str | None = None
    while page := transaction.page(NodeFilter(labels), after, _NODES):
        yield page
        after = page[-1].key


def _retain_runs(
    transaction: Transaction, job: Node, orders: Orders, read_again: ReadAgain, taken: Taken
) -> None:
    """The runs of a job go from the last one on, some at a time."""
    high = orders.horizon
    while rows := transaction.scan(Space.RUN_ORDER, [Range(job.key, high=high)], reverse=True, limit=RUNS):
        high = min(row.sort for row in rows)
        stored = transaction.records(Space.STATE, [(row.value, FACTS) for row in rows])
        runs = {key: load_run(text) for (key, _), text in stored.items()}
        sights = {(key, at) for key, run in runs.items() for at in (run.first, run.last)}
        orders = orders.afresh()
        kept = orders.kept(transaction, sights)
        covered = {key: run for key, run in runs.items() if (key, run.first) not in kept}
        if covered:
            work = Workspace(transaction)
            cut = {key: run for key, run in covered.items() if (key, run.last) in kept}
            left = told_again(work, cut, orders, read_again) if cut else {}
            taken.write(work, Rewriting(runs={key: (run, left.get(key)) for key, run in covered.items()}))
        if len(rows) < RUNS:
            return


def _retain_facts(transaction: Transaction, nodes: Sequence[Node], horizon: str, taken: Taken) -> None:
    """Histories are trimmed from their ends on, some observations at a time."""
    latest: dict[str, list[Record]] = {node.key: [] for node in nodes}
    ranges = [Range(node.key, high=horizon) for node in nodes]
    for row in transaction.scan(Space.SIGHTING, ranges, reverse=True, limit=_CHUNK):
        latest[row.partition].append(row)
    changes: dict[Entity, dict[str, Observation | None]] = {}
    count = 0
    for node in nodes:
        entity = _entity(node)
        for old, new in trimmed(_backwards(transaction, node.key, latest[node.key])):
            changes.setdefault(entity, {})[old.at] = new
            taken.values += len(old.values) - (0 if new is None else len(new.values))
            count += 1
            if count == PORTION:
                taken.write(Workspace(transaction), Rewriting(facts=changes))
                changes, count = {}, 0
    if changes:
        taken.write(Workspace(transaction), Rewriting(facts=changes))


def _backwards(transaction: Transaction, key: str, rows: Sequence[Record]) -> Iterator[Observation]:
    """The observations of a thing, the last ones first: those of the rows, then what is before them."""
    while rows:
        yield from (load_observation(row.sort, row.value) for row in rows)
        if len(rows) < _CHUNK:
            return
        before = [Range(key, high=rows[-1].sort)]
        rows = transaction.scan(Space.SIGHTING, before, reverse=True, limit=_CHUNK)


def _entity(node: Node) -> Entity:
    kind = DatasetId if node.label == Label.DATASET else JobId
    return kind(str(node.properties["namespace"]), str(node.properties["name"]))


def _retain_bodies(transaction: Transaction, orders: Orders, read_again: ReadAgain, taken: Taken) -> None:
    after: tuple[str, str] | None = None
    while page := transaction.log_in_order(after, PAGE):
        taken.rewrite(transaction, gone(transaction, page, orders.afresh(), read_again))
        if page[-1].order_key >= orders.horizon:
            return
        after = (page[-1].order_key, page[-1].hash)
