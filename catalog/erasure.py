"""Forgetting what is there already: the log is read for what names the forgotten, and what it said is taken back.

Portion by portion, from the end of the log on: so each portion is at the end of what is left of the histories, and
costs what it holds. Memory is bounded by a portion, and by what came later in the histories of one portion's things.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from catalog.bodies import gone, scopes_of, without
from catalog.entry import LogEntry
from catalog.erased_places import ErasedPlaces
from catalog.fold.edges import Entity
from catalog.fold.history import NODE, Observation
from catalog.fold.ledger import FACTS
from catalog.fold.rewriting import Rewriting
from catalog.fold.runs import RunState, load_run
from catalog.fold.sights import sights_of
from catalog.fold.workspace import Workspace
from catalog.forgetting import Forget, ReadAgain, left
from catalog.identity import CurationId, DocumentId
from catalog.orders import Orders
from catalog.retelling import PAGE, told_again
from catalog.statement import Statements
from catalog.store.port import Reader, Space, Transaction
from catalog.taken import Taken

PORTION = 500
PORTION_CHARS = 8 * 1024 * 1024
"""Entries that are taken back at once, and how long their bodies are together; one may be longer."""
MAX_DONE = 10_000
"""How many runs are remembered to have been told again, so that long ones are not with each portion."""


@dataclass(frozen=True, slots=True)
class _Covered:
    """An entry of which something is forgotten: as it was and is, what it said and what it says now."""

    entry: LogEntry
    rest: LogEntry
    before: Statements
    after: Statements

    @property
    def is_told_otherwise(self) -> bool:
        return self.before != self.after


def erase(
    transaction: Transaction,
    fresh: Collection[Forget],
    orders: Orders,
    read_again: ReadAgain,
    taken: Taken,
) -> None:
    """Take back what the commands ``fresh``, among all ``orders``, cover; adds to ``taken``."""
    known = [one for one in orders.forgets if one not in fresh]
    done: dict[str, None] = {}
    for portion in _portions(transaction, fresh, known, read_again):
        work, orders = Workspace(transaction), orders.afresh()
        whole = {one.entry.hash: one.entry for one in portion}
        told = [one for one in portion if one.is_told_otherwise]
        runs = _runs(transaction, {key for one in told for key in _runs_in(one.before)} - done.keys())
        after = told_again(work, runs, orders, read_again) if runs else {}
        states = {key: (run, after.get(key)) for key, run in runs.items() if after.get(key) != run}
        changes = _changes(work, told, orders, read_again, taken)
        taken.write(work, Rewriting(changes, states, _unnamed(told)))
        rest = {one.entry.hash: one.rest for one in portion}
        if orders.horizon:
            rest.update({one.hash: one for one in gone(transaction, [*rest.values()], orders, read_again)})
        taken.rewrite(transaction, [one for one in rest.values() if one is not whole[one.hash]])
        done.update(dict.fromkeys(runs))
        while len(done) > MAX_DONE:
            del done[next(iter(done))]


def _portions(
    reader: Reader, fresh: Collection[Forget], known: Collection[Forget], read_again: ReadAgain
) -> Iterator[list[_Covered]]:
    """The entries of which something is forgotten, the last ones first."""
    portion: list[_Covered] = []
    size = 0
    for entry in _backwards(reader):
        one = _covered(entry, fresh, known, read_again)
        if one is None:
            continue
        portion.append(one)
        size += len(entry.body)
        if len(portion) == PORTION or size > PORTION_CHARS:
            yield portion
            portion, size = [], 0
    if portion:
        yield portion


def _backwards(reader: Reader) -> Iterator[LogEntry]:
    after: tuple[str, str] | None = None
    while page := reader.log_in_order(after, PAGE, reverse=True):
        yield from page
        after = (page[-1].order_key, page[-1].hash)


def _covered(
    entry: LogEntry, fresh: Collection[Forget], known: Collection[Forget], read_again: ReadAgain
) -> _Covered | None:
    scopes = scopes_of(entry, fresh)
    if not scopes:
        return None
    _, said = read_again(entry)
    before = left(entry, said, known, read_again)
    after = left(entry, said, [*known, *fresh], read_again)
    one = _Covered(entry, without(entry, before, after, scopes, read_again), before, after)
    return one if one.is_told_otherwise or one.rest is not entry else None


def _runs_in(said: Statements) -> Iterator[str]:
    if said.run is not None:
        yield said.run.run.key
    if said.snapshot is not None and said.snapshot.run is not None:
        yield said.snapshot.run.id.key


def _runs(reader: Reader, keys: Collection[str]) -> dict[str, RunState]:
    stored = reader.records(Space.STATE, [(key, FACTS) for key in keys]) if keys else {}
    return {key: load_run(text) for (key, _), text in stored.items()}


def _unnamed(told: Sequence[_Covered]) -> dict[str, set[str]]:
    """By document the nodes that its versions among the entries do not name any more."""
    found: dict[str, set[str]] = {}
    for one in told:
        after = _nodes(one.entry.order_key, one.after)
        for key, nodes in _nodes(one.entry.order_key, one.before).items():
            found.setdefault(key, set()).update(nodes - after.get(key, set()))
    return found


def _nodes(at: str, said: Statements) -> dict[str, set[str]]:
    """The nodes that an entry of a document names, by document."""
    found: dict[str, set[str]] = {}
    for entity, _, values in sights_of(at, said):
        if isinstance(entity, DocumentId | CurationId):
            named = {key[len(NODE) :] for key in values if key.startswith(NODE)}
            found.setdefault(entity.key, set()).update(named)
    return found


def _changes(
    work: Workspace, told: Sequence[_Covered], orders: Orders, read_again: ReadAgain, taken: Taken
) -> dict[Entity, dict[str, Observation | None]]:
    """What becomes of the observations that the entries told, as far as these are there."""
    places = ErasedPlaces(work, orders, read_again)
    for one in told:
        places.note(one.entry, one.before, one.after)
    found: dict[Entity, dict[str, Observation | None]] = {}
    for (entity, at), old, new in places.changes():
        found.setdefault(entity, {})[at] = new
        taken.values += len(old.values) - (0 if new is None else len(new.values))
    return found
