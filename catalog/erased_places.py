"""What becomes of observations when some of what was said is forgotten: the events behind them tell, else they do."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from catalog.entry import EntryKind, LogEntry
from catalog.fold.edges import Entity
from catalog.fold.history import DELETED, Observation, load_observation
from catalog.fold.sights import sights_of
from catalog.fold.workspace import Workspace
from catalog.forgetting import ReadAgain, observation_left, scopes_at
from catalog.orders import Orders
from catalog.statement import Statements, Values
from catalog.store.port import Space

Place = tuple[Entity, str]
"""A dataset, job or document, and an order key."""


@dataclass
class ErasedPlaces:
    """Gathers what entries told of places before and tell now. What an export told again (a snapshot) is made of what
    events said, so there the observation itself is redacted, as the export would be."""

    work: Workspace
    orders: Orders
    read_again: ReadAgain
    before: dict[Place, Values] = field(default_factory=dict)
    after: dict[Place, Values] = field(default_factory=dict)
    restored: set[Place] = field(default_factory=set)
    unsaid: set[Place] = field(default_factory=set)

    def note(self, entry: LogEntry, before: Statements, after: Statements) -> None:
        """An entry that tells something else now."""
        was, is_now = _sights(entry.order_key, before), _sights(entry.order_key, after)
        if entry.kind is EntryKind.SNAPSHOT:
            self.restored |= was.keys()
            self.unsaid |= was.keys() - is_now.keys()
        else:
            self.before.update(was)
            self.after.update(is_now)

    def changes(self) -> Iterator[tuple[Place, Observation, Observation | None]]:
        """Of the observations that are there those that become others: as they were and are, None: not at all."""
        stored = self._stored({*self.before, *self.restored})
        told = self._events_at({at for (_, at), old in stored.items() if not old.values})
        for place, old in stored.items():
            new = self._event(place, old) if place in self.before else self._snapshot(place, old, told)
            if new != old:
                yield place, old, new

    def _stored(self, places: Iterable[Place]) -> dict[Place, Observation]:
        by_key = {(entity.key, at): (entity, at) for entity, at in places}
        found = self.work.transaction.records(Space.SIGHTING, list(by_key)) if by_key else {}
        return {by_key[key]: load_observation(key[1], text) for key, text in sorted(found.items())}

    def _events_at(self, order_keys: Collection[str]) -> set[Place]:
        """What the events at these order keys sight, of those that the log has."""
        wanted = {at for _, at in self.unsaid} & set(order_keys)
        entries = self.work.transaction.entries_at(wanted).values() if wanted else ()
        return {
            place
            for entry in entries
            if entry.body and entry.kind is not EntryKind.SNAPSHOT
            for place in self._sighted(entry)
        }

    def _sighted(self, entry: LogEntry) -> Collection[Place]:
        _, said = self.read_again(entry)
        self.orders.ask(self.work.transaction, [(entry.order_key, said)])
        return _sights(entry.order_key, self.orders.left(entry, said, self.read_again)).keys()

    def _event(self, place: Place, old: Observation) -> Observation | None:
        if place not in self.after:
            return None
        before, after = self.before[place], self.after[place]
        values = {key: self._intern(after[key]) for key in old.values.keys() & after.keys()}
        if rest := old.values.keys() - before.keys():
            values.update({key: self._redacted(place, old)[key] for key in rest})
        return Observation(old.at, values)

    def _snapshot(self, place: Place, old: Observation, told: Collection[Place]) -> Observation | None:
        entity, at = place
        if any(scope.covers(entity) for scope in scopes_at(self.orders.forgets, at)):
            return None
        if not old.values and place in self.unsaid and place not in told:
            return None
        return Observation(old.at, self._redacted(place, old))

    def _redacted(self, place: Place, old: Observation) -> dict[str, str]:
        entity, at = place
        self.work.load_blobs(old.values.values())
        texts = {key: self.work.text(one) if one else None for key, one in old.values.items()}
        left = observation_left(entity, texts, scopes_at(self.orders.forgets, at))
        return {key: self._intern(text) for key, text in left.items()}

    def _intern(self, text: str | None) -> str:
        return DELETED if text is None else self.work.intern(text)


def _sights(order_key: str, said: Statements) -> dict[Place, Values]:
    found: dict[Place, Values] = {}
    for entity, at, values in sights_of(order_key, said):
        found[entity, at] = {**found.get((entity, at), {}), **values}
    return found
