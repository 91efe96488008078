"""The projection: applies a batch of log entries to a store in one transaction (design §4).

Reads what the entries touch (after locking it), folds, writes once. Any split of a set of entries into batches, in any
order and with any repetition, leaves the same graph.
"""

import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from catalog.bodies import gone, late
from catalog.changes import note_changes
from catalog.command import Command, briefly
from catalog.derivation.causes import note_causes, note_forgotten, note_rulings
from catalog.entry import LogEntry, Receipt, Status
from catalog.erasure import erase
from catalog.fold import documents, snapshots
from catalog.fold.descriptions import Descriptions
from catalog.fold.edges import Entity
from catalog.fold.facet_places import facets_of, place_facets
from catalog.fold.history import History, Observation, load_history
from catalog.fold.ledger import FACTS, RUNS, fold_changes
from catalog.fold.nodes import settle
from catalog.fold.rewriting import rewrite
from catalog.fold.run_joins import join
from catalog.fold.run_places import note_change, order_run, standing
from catalog.fold.runs import RunState, dump_run, load_run, merge
from catalog.fold.settling import Settling
from catalog.fold.sights import observed, sights_of
from catalog.fold.snapshots import Sight
from catalog.fold.workspace import Workspace
from catalog.forgetting import ReadAgain, forgets
from catalog.identity import DocumentId, JobId, RunId, kind_of
from catalog.lifecycle import LIFECYCLE
from catalog.orders import Orders
from catalog.receipts import problem_records
from catalog.retaining import Taken, retain
from catalog.retention import retains
from catalog.statement import DEPENDENCIES, NOTHING, RunStatement, StatedLineage, Statements
from catalog.store.port import ChangeSet, Space, Store, Transaction
from catalog.values import decode_dependencies

Said = tuple[LogEntry, Statements]
_GATE = "~commands/"
GATES = 64
"""Every batch locks one of so many gates, a command all of them: no batch that has not seen the command comes after it,
and batches of several processes seldom wait for each other."""
GATE_KEYS = tuple(f"{_GATE}{number}" for number in range(GATES))
KNOWN_BLOBS = 200_000
"""How many digests of stored values a process remembers, so that repeats are not written again."""


class _Rehearsed(Exception):
    """Rolls a transaction back, when what it would do is known."""

    def __init__(self, taken: Taken) -> None:
        self.taken = taken


@dataclass(frozen=True, slots=True)
class _Applied:
    receipts: list[Receipt]
    blobs: set[str]
    taken: Taken


class Projection:
    """Applies entries to one store. Thread-safe as far as the store is."""

    def __init__(self, store: Store, read_again: ReadAgain | None = None) -> None:
        """``read_again``: how stored entries are read, for commands that take back what they said."""
        self._store = store
        self._read_again = read_again
        self._gate = f"{_GATE}{secrets.randbelow(GATES)}"
        self._known_blobs: OrderedDict[str, None] = OrderedDict()
        self._lock = threading.Lock()

    def apply(self, batch: Sequence[Said]) -> list[Receipt]:
        """Apply entries in one transaction; one receipt each, in their order.

        Raises StoreUnavailable, and then nothing was applied.
        """
        applied = self._store.write(self._work(batch))
        with self._lock:
            for digest in applied.blobs:
                self._known_blobs[digest] = None
                self._known_blobs.move_to_end(digest)
            while len(self._known_blobs) > KNOWN_BLOBS:
                self._known_blobs.popitem(last=False)
        return applied.receipts

    def rehearse(self, said: Said) -> Taken:
        """What a command to retain would take away; nothing is changed."""

        def work(transaction: Transaction) -> Taken:
            workspace = Workspace(transaction, self._known_blobs)
            workspace.lock(GATE_KEYS)
            raise _Rehearsed(_apply(workspace, [said], self._read_again).taken)

        try:
            return self._store.write(work)
        except _Rehearsed as rehearsed:
            return rehearsed.taken

    def _work(self, batch: Sequence[Said]) -> Callable[[Transaction], _Applied]:
        """What is done in the transaction of a batch."""

        def work(transaction: Transaction) -> _Applied:
            workspace = Workspace(transaction, self._known_blobs)
            commanded = any(said.command is not None for _, said in batch)
            workspace.lock(GATE_KEYS if commanded else (self._gate,))
            return _apply(workspace, batch, self._read_again)

        return work


def _apply(work: Workspace, batch: Sequence[Said], read_again: ReadAgain | None) -> _Applied:
    transaction = work.transaction
    work.lock(_touched(batch))
    stored = transaction.entries({entry.hash for entry, _ in batch})
    receipts: list[Receipt] = []
    taken = Taken()
    fresh: dict[str, Said] = {}
    for entry, said in batch:
        duplicate = entry.hash in stored or entry.hash in fresh
        status = Status.DUPLICATE if duplicate else entry.status
        receipts.append(Receipt(entry.hash, entry.kind, status, entry.problems))
        if not duplicate:
            fresh[entry.hash] = (entry, said)
    if fresh:
        come = [said.command for _, said in fresh.values() if said.command is not None]
        orders = Orders.of([*briefly(transaction), *come])
        orders.ask(transaction, [(entry.order_key, said) for entry, said in fresh.values()])
        left = [
            (late(entry, said, orders.forgets, read_again), orders.left(entry, said, read_again))
            for entry, said in fresh.values()
        ]
        _fold(work, left, orders.horizon)
        transaction.apply(work.changes())
        _empty_late_bodies(work, [entry for entry, _ in left], orders, read_again)
        if come:
            taken = _take_back(Workspace(transaction, work.known_blobs), come, orders, read_again)
        note_changes(transaction, work.touched_nodes() | taken.touched)
    elif not batch:  # somebody asks whether the store takes transactions
        note_changes(transaction, ())
    return _Applied(receipts, work.interned, taken)


def _empty_late_bodies(
    work: Workspace, fresh: Collection[LogEntry], orders: Orders, read_again: ReadAgain | None
) -> None:
    """Bodies behind the horizon of retention: of new entries, and of those whose last observation these replace."""
    if not orders.horizon or read_again is None:
        return
    places = {entry.order_key for entry in fresh if entry.order_key < orders.horizon}
    if places:
        places |= {
            at for (space, _, at), text in work.records.items() if space is Space.SIGHTING and not text
        }
        entries = list(work.transaction.entries_at(places).values())
        work.transaction.apply(ChangeSet(rewritten=gone(work.transaction, entries, orders, read_again)))


def _take_back(
    work: Workspace, come: Sequence[Command], orders: Orders, read_again: ReadAgain | None
) -> Taken:
    """Take back what commands cover that was there before them.

    All other writers wait: see GATES.
    """
    fresh = forgets(come)
    if not fresh and not retains(come):
        return Taken()
    if read_again is None:
        raise ValueError("this projection cannot read entries again, and so take nothing back")
    taken = Taken()
    if fresh:
        what = erase(work, fresh, orders, read_again)
        work.lock(what.touched())
        rewrite(work, what)
        note_causes(work)
        note_forgotten(work, [one.scope for one in fresh])
        work.transaction.apply(work.changes())
        _empty_late_bodies(work, work.rewritten, orders, read_again)
        taken.touched = work.touched_nodes()
    if retains(come):
        retain(work.transaction, orders, read_again, taken)
    return taken


def _touched(batch: Sequence[Said]) -> set[str]:
    """The keys that a batch may read and write; of an entry that says nothing, the entry itself."""
    keys: set[str] = set()
    for entry, said in batch:
        if said == NOTHING:
            keys.add(f"entry/{entry.hash}")
        keys.update(sighting.dataset.key for sighting in said.datasets)
        if said.job is not None:
            keys.add(said.job.job.key)
        if said.run is not None:
            keys.update(_touched_by_run(said.run))
        if said.document is not None:
            keys |= documents.touched(said.document)
        if said.command is not None:
            keys.add(said.command.key)
        if said.snapshot is not None:
            keys.update(snapshots.touched(said.snapshot))
    return keys


def _touched_by_run(said: RunStatement) -> set[str]:
    keys = {said.run.key, said.job.key}
    for ref in (said.parent, said.root):
        if ref is not None:
            keys.add(ref.run.key)
            if ref.job is not None:
                keys.add(ref.job.key)
    if DEPENDENCIES in said.values:
        keys.update(one.job.key for one in decode_dependencies(said.values[DEPENDENCIES]))
    keys.update(column.source.key for columns in said.columns.values() for column in columns)
    if said.stated is not None:
        keys.update(_touched_by_stated(said.stated))
    return keys


def _touched_by_stated(stated: StatedLineage) -> Iterator[str]:
    for output in stated.outputs:
        yield output.dataset.key
        yield from (source.key for source in output.sources)
        yield from (job.key for job in output.jobs)
        yield from (column.source.key for column in output.columns)
    for flow in stated.flows:
        yield from (flow.source.key, flow.job.key)


@dataclass
class _Known:
    """Fold states of what a batch touches, as read and as they become. ``facts``: of documents too."""

    facts: dict[str, History] = field(default_factory=dict)
    versions: dict[str, documents.Version] = field(default_factory=dict)
    lineages: dict[str, History] = field(default_factory=dict)
    runs: dict[str, RunState] = field(default_factory=dict)


def _fold(work: Workspace, batch: Sequence[Said], horizon: str) -> None:
    work.entries.extend(entry for entry, _ in batch)
    work.records.update(problem_records(entry for entry, _ in batch))
    for _, said in batch:
        if said.command is not None:
            work.records.update(said.command.records())
    entities = _entities(batch)
    work.names.update(entities)
    known = _read(work, entities)
    fresh = _fold_facts(work, batch, known, entities, horizon)
    touched_runs = _fold_runs(work, batch, known, entities)
    descriptions = Descriptions(work)
    described = documents.describe(work, descriptions, known.versions) if known.versions else set()
    others = _read_others(work, known, described - entities.keys())
    sighted = {*known.facts, *known.runs, *others}
    read = entities.keys() | described

    def is_sighted(keys: Collection[str]) -> set[str]:
        unread = [(key, FACTS) for key in keys if key not in sighted and key not in read]
        found = {key for key, _ in work.transaction.records(Space.STATE, unread)} if unread else set()
        return {key for key in keys if key in sighted} | found

    settle(Settling(work, is_sighted, known.facts, fresh, touched_runs, descriptions, described, others))
    histories = [*known.facts.items(), *known.lineages.items()]
    note_causes(work, histories, known.lineages.keys() - entities.keys())
    note_rulings(work, [said.command for _, said in batch if said.command is not None])


def _read_others(work: Workspace, known: _Known, described: Collection[str]) -> dict[str, RunState]:
    """Read what events said of nodes that only documents of this batch are about; gives the runs among them."""
    addresses = [(key, FACTS) for key in described if kind_of(key) in ("dataset", "job", "run", "document")]
    runs: dict[str, RunState] = {}
    for (key, _), text in work.transaction.records(Space.STATE, addresses).items() if addresses else ():
        if kind_of(key) == "run":
            runs[key] = load_run(text)
        else:
            known.facts[key] = load_history(text)
    return runs


def _entities(batch: Sequence[Said]) -> dict[str, Entity]:
    """What a batch sights: its datasets, jobs and runs by key."""
    found: dict[str, Entity] = {}
    for _, said in batch:
        sighted: list[Entity] = [sighting.dataset for sighting in said.datasets]
        if said.job is not None:
            sighted.append(said.job.job)
        if said.run is not None:
            sighted += [said.run.run, said.run.job]
        if said.document is not None:
            sighted.append(said.document.document)
        if said.snapshot is not None:
            sighted += snapshots.sighted(said.snapshot)
        found.update({entity.key: entity for entity in sighted})
    return found


def _read(work: Workspace, entities: Mapping[str, Entity]) -> _Known:
    addresses = [(key, FACTS) for key in entities]
    addresses += [(key, RUNS) for key, entity in entities.items() if isinstance(entity, JobId)]
    known = _Known()
    for (key, kind), text in work.transaction.records(Space.STATE, addresses).items():
        if isinstance(entities[key], RunId):
            known.runs[key] = load_run(text)
        elif kind == RUNS:
            known.lineages[key] = load_history(text)
        else:
            known.facts[key] = load_history(text)
    return known


def _fold_facts(
    work: Workspace, batch: Sequence[Said], known: _Known, entities: Mapping[str, Entity], horizon: str
) -> set[str]:
    """Fold the sightings of datasets and jobs, and the versions of documents; gives the keys of datasets and jobs whose
    current facts changed or that are new."""
    fresh: set[str] = set()
    for key, observations in observed(work, known.facts, _sights(batch), horizon).items():
        before = known.facts.get(key)
        advanced = fold_changes(work, entities[key], FACTS, before, observations)
        known.facts[key] = advanced.history
        place_facets(work, key, facets_of(before), facets_of(advanced.history))
        if isinstance(entities[key], DocumentId):
            told = {at: one for at, one in observations.items() if one is not None}
            known.versions[key] = documents.Version(before, advanced, told)
        elif before is None or _current(before) != _current(known.facts[key]):
            fresh.add(key)
    return fresh


def _sights(batch: Sequence[Said]) -> Iterator[Sight]:
    for entry, said in batch:
        yield from sights_of(entry.order_key, said)


def _current(history: History) -> dict[str, tuple[str, str | None]]:
    """The values at the end; of what tells since when a thing is no more, also since when it holds."""
    return {
        key: (stretch.value, stretch.first if key == LIFECYCLE else None)
        for key, stretch in history.stretches.items()
    }


def _fold_runs(
    work: Workspace, batch: Sequence[Said], known: _Known, entities: Mapping[str, Entity]
) -> dict[str, RunState]:
    """Fold the events of runs, then the lineage of the jobs they ran."""
    statements = [(entry.order_key, said.run) for entry, said in batch if said.run is not None]
    restored = _restored(work, batch)
    touched = {said.run.key for _, said in statements} | {run.id.key for run in restored}
    earlier = {key: known.runs[key] for key in touched & known.runs.keys()}
    told = {(said.run.key, said.job.key) for _, said in statements}
    told |= {(run.id.key, job) for run in restored for job in run.parts}
    told |= _follow(work, known, earlier, told)
    _load_columns(work, earlier, statements, restored)
    before = {(key, job): standing(earlier.get(key), job) for key, job in told}
    members = {key: _members(run) for key, run in earlier.items()}
    had = {key: {*run.facets} for key, run in earlier.items()}
    for run in restored:
        known.runs[run.id.key] = join(known.runs.get(run.id.key), run, work.intern, work.text)
    for at, said in statements:
        known.runs[said.run.key] = merge(known.runs.get(said.run.key), at, said, work.intern, work.text)
    changes: dict[str, dict[str, Observation | None]] = {}
    for key, job in sorted(told):
        was, is_now = before[key, job], standing(known.runs[key], job)
        order_run(work, job, key, was.place, is_now.place)
        note_change(changes.setdefault(job, {}), was.observation, is_now.observation)
    jobs = {job: JobId(*known.runs[key].parts[job].job) for key, job in told}
    for job, changed in changes.items():
        if changed:
            known.lineages[job] = fold_changes(
                work, jobs[job], RUNS, known.lineages.get(job), changed
            ).history
    states = {key: known.runs[key] for key in touched}
    work.retold |= {key for key, run in states.items() if members.get(key) != _members(run)}
    for key, run in states.items():
        place_facets(work, key, had.get(key, ()), run.facets)
        work.records[Space.STATE, key, FACTS] = dump_run(run)
    return states


def _members(run: RunState) -> dict[str, tuple[int, int]]:
    """How many inputs and outputs a run has as each job: as they only grow, another number is another set."""
    return {job: (len(part.inputs), len(part.outputs)) for job, part in run.parts.items()}


def _follow(
    work: Workspace, known: _Known, earlier: Mapping[str, RunState], told: set[tuple[str, str]]
) -> set[tuple[str, str]]:
    """Other jobs under the same runIds whose own events tell no end: what ends the run ends them.

    Reads their lineage, having locked it.
    """
    pairs = {
        (key, job) for key, run in earlier.items() for job, part in run.parts.items() if part.terminal is None
    }
    pairs -= told
    others = {job for _, job in pairs} - {job for _, job in told}
    if others:
        work.lock(others)
        stored = work.transaction.records(Space.STATE, [(job, RUNS) for job in others])
        known.lineages.update({key: load_history(text) for (key, _), text in stored.items()})
    return pairs


def _restored(work: Workspace, batch: Sequence[Said]) -> list[RunState]:
    """The states of runs that snapshots tell; keeps the values that they hold."""
    found = []
    for _, said in batch:
        if said.snapshot is not None and said.snapshot.run is not None:
            found.append(said.snapshot.run)
            for text in said.snapshot.texts:
                work.intern(text)
    return found


def _load_columns(
    work: Workspace,
    earlier: Mapping[str, RunState],
    statements: Sequence[tuple[str, RunStatement]],
    restored: Sequence[RunState],
) -> None:
    """Read, at once, the column lineage that the statements will be united with."""
    said = [(one.run.key, one.job.key, output.key) for _, one in statements for output in one.columns]
    said += [
        (run.id.key, job, key) for run in restored for job, part in run.parts.items() for key in part.columns
    ]
    parts = {(key, job): part for key, run in earlier.items() for job, part in run.parts.items()}
    wanted = [parts[run, job].columns.get(output, "") for run, job, output in said if (run, job) in parts]
    stating = {(one.run.key, one.job.key) for _, one in statements if one.stated is not None}
    wanted += [parts[pair].stated for pair in stating & parts.keys()]
    work.load_blobs(wanted)
