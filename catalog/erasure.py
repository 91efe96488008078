"""Forgetting what is there already: the log is read for what names the forgotten, and what it said is taken back.

Two passes over the log: one finds the entries of which something is covered now, the other reads them and all that
told the same things again. Memory is bounded by what is touched. Bodies lose what is forgotten; an entry of which
nothing is left keeps hash, kind and order key, so that what comes again is known to have come.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from catalog.bodies import scopes_of, without
from catalog.entry import EntryKind, LogEntry
from catalog.fold.edges import Entity
from catalog.fold.history import NODE, Observation, load_observation
from catalog.fold.ledger import FACTS
from catalog.fold.rewriting import Rewriting
from catalog.fold.run_joins import join
from catalog.fold.runs import RunState, load_run, merge
from catalog.fold.sights import Observations, add, sights_of
from catalog.fold.workspace import Workspace
from catalog.forgetting import Forget, ReadAgain, left
from catalog.identity import DocumentId
from catalog.orders import Orders
from catalog.statement import Statements
from catalog.store.port import Reader, Space

_PAGE = 256


@dataclass
class _Found:
    """What the first pass finds: whose observations and which runs change, and entries with less in their bodies."""

    entries: set[str] = field(default_factory=set)
    places: dict[Entity, set[str]] = field(default_factory=dict)
    runs: set[str] = field(default_factory=set)
    nodes: dict[str, set[str]] = field(default_factory=dict)
    rewritten: list[LogEntry] = field(default_factory=list)
    by_snapshot: bool = False


def erase(work: Workspace, fresh: Collection[Forget], orders: Orders, read_again: ReadAgain) -> Rewriting:
    """What the commands ``fresh``, among all ``orders``, take back; rewrites the bodies in the log."""
    known = [one for one in orders.forgets if one not in fresh]
    found = _find(work.transaction, fresh, known, read_again)
    work.rewritten += found.rewritten
    runs = _runs(work.transaction, found.runs)
    places = {at for ats in found.places.values() for at in ats} if found.by_snapshot else set()
    told, after = tell_again(work, found.places, runs, found.entries | places, orders, read_again)
    return Rewriting(
        _changes(work.transaction, found.places, told),
        {key: (run, after.get(key)) for key, run in runs.items()},
        found.nodes,
    )


def _log(reader: Reader) -> Iterator[LogEntry]:
    after: tuple[str, str] | None = None
    while page := reader.log_in_order(after, _PAGE):
        yield from page
        after = (page[-1].order_key, page[-1].hash)


def _find(
    reader: Reader, fresh: Collection[Forget], known: Collection[Forget], read_again: ReadAgain
) -> _Found:
    found = _Found()
    for entry in _log(reader):
        scopes = scopes_of(entry, fresh)
        if not scopes:
            continue
        _, said = read_again(entry)
        before = left(entry, said, known, read_again)
        after = left(entry, said, [*known, *fresh], read_again)
        if after != before:
            found.entries.add(entry.hash)
            _note(found, entry, before, after)
        rest = without(entry, before, after, scopes)
        if rest is not entry:
            found.rewritten.append(rest)
    return found


def _note(found: _Found, entry: LogEntry, before: Statements, after: Statements) -> None:
    for entity, at, _ in sights_of(entry.order_key, before):
        found.places.setdefault(entity, set()).add(at)
    if before.run is not None:
        found.runs.add(before.run.run.key)
    if before.snapshot is not None:
        found.by_snapshot = True
        if before.snapshot.run is not None:
            found.runs.add(before.snapshot.run.id.key)
    for key, nodes in _nodes(entry.order_key, before).items():
        gone = nodes - _nodes(entry.order_key, after).get(key, set())
        found.nodes.setdefault(key, set()).update(gone)


def _nodes(at: str, said: Statements) -> dict[str, set[str]]:
    """The nodes that an entry of a document names, by document."""
    found: dict[str, set[str]] = {}
    for entity, _, values in sights_of(at, said):
        if isinstance(entity, DocumentId):
            named = {key[len(NODE) :] for key in values if key.startswith(NODE)}
            found.setdefault(entity.key, set()).update(named)
    return found


def _runs(reader: Reader, keys: Collection[str]) -> dict[str, RunState]:
    stored = reader.records(Space.STATE, [(key, FACTS) for key in keys]) if keys else {}
    return {key: load_run(text) for (key, _), text in stored.items()}


def tell_again(
    work: Workspace,
    places: Mapping[Entity, Collection[str]],
    runs: Collection[str],
    entries: Collection[str],
    orders: Orders,
    read_again: ReadAgain,
) -> tuple[dict[Entity, Observations], dict[str, RunState]]:
    """What is said, in the light of all commands, at places (order keys, by thing), and of runs (keys).

    ``entries``: the hashes or order keys of those that tell the places; snapshots are read all.
    """
    told: dict[Entity, Observations] = {}
    states: dict[str, RunState] = {}
    for entry in _log(work.transaction):
        tells = entry.kind is EntryKind.SNAPSHOT or entry.hash in entries or entry.order_key in entries
        if not entry.body or not (tells or (entry.kind is EntryKind.RUN_EVENT and runs)):
            continue
        _, whole = read_again(entry)
        orders.ask(work.transaction, [(entry.order_key, whole)])
        said = orders.left(entry, whole, read_again)
        for entity, at, values in sights_of(entry.order_key, said) if tells else ():
            if at in places.get(entity, ()):
                digests = {key: "" if text is None else work.intern(text) for key, text in values.items()}
                add(told.setdefault(entity, {}), Observation(at, digests))
        if said.run is not None and said.run.run.key in runs:
            key = said.run.run.key
            states[key] = merge(states.get(key), entry.order_key, said.run, work.intern, work.text)
        snapshot = said.snapshot
        if snapshot is not None and snapshot.run is not None and snapshot.run.id.key in runs:
            for text in snapshot.texts:
                work.intern(text)
            key = snapshot.run.id.key
            states[key] = join(states.get(key), snapshot.run, work.intern, work.text)
    return told, states


def _changes(
    reader: Reader, places: Mapping[Entity, Collection[str]], told: Mapping[Entity, Observations]
) -> dict[Entity, dict[str, Observation | None]]:
    """What becomes of the observations that are there: of each the values that it has and that are still said."""
    addresses = [(entity.key, at) for entity, ats in places.items() for at in ats]
    stored = reader.records(Space.SIGHTING, addresses) if addresses else {}
    found: dict[Entity, dict[str, Observation | None]] = {}
    for entity, ats in places.items():
        for at in ats:
            text = stored.get((entity.key, at))
            if text is None:
                continue
            old, new = load_observation(at, text), told.get(entity, {}).get(at)
            kept = (
                None
                if new is None
                else Observation(at, {k: v for k, v in new.values.items() if k in old.values})
            )
            if kept != old:
                found.setdefault(entity, {})[at] = kept
    return found
