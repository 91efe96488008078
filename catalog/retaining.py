"""Retention of what is there already: runs, observations and bodies go that no command in force keeps.

Goes through jobs, then all sighted things, then the log, a page at a time, in the transaction of the command.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from catalog.bodies import gone
from catalog.derivation.causes import note_causes
from catalog.erasure import tell_again
from catalog.fold.edges import Entity
from catalog.fold.history import Observation, load_observation
from catalog.fold.ledger import FACTS
from catalog.fold.rewriting import Rewriting, rewrite
from catalog.fold.runs import RunState, load_run
from catalog.fold.workspace import Workspace
from catalog.forgetting import ReadAgain
from catalog.graph import Node
from catalog.identity import DatasetId, JobId
from catalog.orders import Orders
from catalog.retention import trimmed
from catalog.store.port import ChangeSet, NodeFilter, Range, Space, Transaction
from ontology.vocabulary import Label

_PAGE = 200
_LOG_PAGE = 256
_JOBS = (Label.JOB, Label.PIPELINE)


@dataclass
class Taken:
    """What went: how many runs, observations and bodies; ``touched``: the nodes that may be told otherwise now."""

    runs: int = 0
    observations: int = 0
    bodies: int = 0
    touched: set[str] = field(default_factory=set)


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
    while page := transaction.page(NodeFilter(labels), after, _PAGE):
        yield page
        after = page[-1].key


def _write(transaction: Transaction, what: Rewriting, taken: Taken) -> None:
    work = Workspace(transaction)
    work.lock(what.touched())
    rewrite(work, what)
    note_causes(work)
    transaction.apply(work.changes())
    taken.touched |= work.touched_nodes()


def _retain_runs(
    transaction: Transaction, job: Node, orders: Orders, read_again: ReadAgain, taken: Taken
) -> None:
    rows = transaction.scan(Space.RUN_ORDER, [Range(job.key, high=orders.horizon)])
    keys = {row.value for row in rows}
    stored = transaction.records(Space.STATE, [(key, FACTS) for key in keys]) if keys else {}
    runs = {key: load_run(text) for (key, _), text in stored.items()}
    kept = orders.kept(transaction, {(key, at) for key, run in runs.items() for at in (run.first, run.last)})
    covered = {key: run for key, run in runs.items() if (key, run.first) not in kept}
    if not covered:
        return
    work = Workspace(transaction)
    cut = {key: run for key, run in covered.items() if (key, run.last) in kept}
    left: dict[str, RunState] = tell_again(work, {}, cut, set(), orders, read_again)[1] if cut else {}
    transaction.apply(ChangeSet(records=work.changes().records))
    _write(transaction, Rewriting(runs={key: (run, left.get(key)) for key, run in covered.items()}), taken)
    taken.runs += len(covered) - len(left)


def _retain_facts(transaction: Transaction, nodes: Collection[Node], horizon: str, taken: Taken) -> None:
    """Trims histories."""
    found: dict[str, list[Observation]] = {}
    for row in transaction.scan(Space.SIGHTING, [Range(node.key, high=horizon) for node in nodes]):
        found.setdefault(row.partition, []).append(load_observation(row.sort, row.value))
    entities = {node.key: _entity(node) for node in nodes}
    changes = {entities[key]: gone for key, there in found.items() if (gone := trimmed(there))}
    if changes:
        _write(transaction, Rewriting(facts=changes), taken)
    dropped = {
        (entity.key, at) for entity, gone in changes.items() for at, one in gone.items() if one is None
    }
    taken.observations += len(dropped)


def _entity(node: Node) -> Entity:
    kind = DatasetId if node.label == Label.DATASET else JobId
    return kind(str(node.properties["namespace"]), str(node.properties["name"]))


def _retain_bodies(transaction: Transaction, orders: Orders, read_again: ReadAgain, taken: Taken) -> None:
    after: tuple[str, str] | None = None
    while page := transaction.log_in_order(after, _LOG_PAGE):
        empty = gone(transaction, page, orders, read_again)
        transaction.apply(ChangeSet(rewritten=empty))
        taken.bodies += len(empty)
        if page[-1].order_key >= orders.horizon:
            return
        after = (page[-1].order_key, page[-1].hash)
