"""Data loaders: one for each question, set-wise over the port: store calls do not grow with parents."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Hashable, Mapping
from typing import Protocol, TypeAlias, TypeVar

from strawberry.dataloader import DataLoader

from catalog import state
from catalog.aliases import shown_first
from catalog.entry import LogEntry
from catalog.fold.edges import FIELDS
from catalog.fold.history import Stretch, load_closed
from catalog.fold.ledger import Address
from catalog.fold.runs import RunState
from catalog.graph import Direction, Edge, Node
from catalog.instant import instant_of
from catalog.lineage_view import Column, View
from catalog.state import Fact
from catalog.store.port import Range, Reader, Space
from ontology.vocabulary import Rel

T = TypeVar("T")
V = TypeVar("V")
G = TypeVar("G", bound=Hashable)

At: TypeAlias = int | None


class Ask(Protocol):
    """Runs a question on the request's reader."""

    def __call__(self, question: Callable[[Reader], T]) -> Awaitable[T]: ...


def loader(
    ask: Ask, question: Callable[[Reader, list[str], G], Mapping[str, V]], nothing: V
) -> DataLoader[tuple[str, G], V]:
    """A loader by (key, what many keys share): one call of ``question`` for each distinct second part."""

    async def load(wanted: list[tuple[str, G]]) -> list[V]:
        groups: dict[G, list[str]] = defaultdict(list)
        for key, group in wanted:
            groups[group].append(key)
        found = await ask(lambda reader: {g: question(reader, keys, g) for g, keys in groups.items()})
        return [found[group].get(key, nothing) for key, group in wanted]

    return DataLoader(load)


EdgeQuestion: TypeAlias = tuple[tuple[Rel, ...], Direction, At]
RunsQuestion: TypeAlias = tuple[int, str | None]
NO_EDGES: list[Edge] = []


class Loaders:
    """The loaders of one request."""

    def __init__(self, ask: Ask) -> None:
        self._nodes = loader(ask, _nodes, None)
        self._facts: DataLoader[tuple[str, At], Mapping[str, Fact]] = loader(ask, state.facts, {})
        self._sights: DataLoader[tuple[str, At], str | None] = loader(ask, state.last_sight, None)
        self._edges = loader(ask, _edges, NO_EDGES)
        self._classes: DataLoader[tuple[str, At], tuple[str, ...]] = loader(ask, _classes, ())
        self._jobs: DataLoader[tuple[str, tuple[Rel, At]], tuple[str, ...]] = loader(ask, _jobs, ())
        self._columns: DataLoader[tuple[str, tuple[Direction, At]], list[Column]] = loader(ask, _columns, [])
        self._schemas: DataLoader[tuple[str, None], list[Fact]] = loader(ask, _schemas, [])
        self._runs: DataLoader[tuple[str, RunsQuestion], list[tuple[str, str]]] = loader(ask, _runs, [])
        self._run_states = loader(ask, _run_states, None)
        self._blobs = loader(ask, _blobs, None)
        self._entries = loader(ask, _entries, None)

    async def node(self, key: str) -> Node | None:
        """A node by key."""
        return await self._nodes.load((key, None))

    async def nodes(self, keys: Collection[str]) -> list[Node]:
        """The nodes that exist, in the order of the keys."""
        found = await self._nodes.load_many([(key, None) for key in keys])
        return [node for node in found if node is not None]

    async def facts(self, key: str, at: At) -> Mapping[str, Fact]:
        """The facts of a dataset or job that hold at an instant."""
        return await self._facts.load((key, at))

    async def sight(self, key: str, at: At) -> str | None:
        """The order key of the last entry that names a dataset or job, at or before an instant."""
        return await self._sights.load((key, at))

    async def edges(self, key: str, direction: Direction, *rels: Rel, at: At = None) -> list[Edge]:
        """The edges at a node."""
        return await self._edges.load((key, (rels, direction, at)))

    async def names(self, key: str, at: At) -> tuple[str, ...]:
        """All names of a dataset, the one to show first; only itself when it has no other."""
        return await self._classes.load((key, at)) or (key,)

    async def jobs(self, key: str, rel: Rel, at: At) -> tuple[str, ...]:
        """The jobs that read (CONSUMED_BY) or write (PRODUCES) a dataset under any of its names."""
        return await self._jobs.load((key, (rel, at)))

    async def columns(self, key: str, direction: Direction, at: At) -> list[Column]:
        """The column edges at a field, under any name of its dataset."""
        return await self._columns.load((key, (direction, at)))

    async def schemas(self, key: str) -> list[Fact]:
        """All schemas a dataset has had, oldest first."""
        return await self._schemas.load((key, None))

    async def runs(self, job: str, limit: int, before: str | None) -> list[tuple[str, str]]:
        """The runs of a job, latest first: (position, key)."""
        return await self._runs.load((job, (limit, before)))

    async def run_state(self, key: str) -> RunState | None:
        """The state of a run that has events of its own."""
        return await self._run_states.load((key, None))

    async def texts(self, digests: Collection[str]) -> list[str | None]:
        """The texts of interned values."""
        return await self._blobs.load_many([(digest, None) for digest in digests])

    async def entry(self, hash_: str) -> LogEntry | None:
        """A log entry by its full hash."""
        return await self._entries.load((hash_, None))


def _nodes(reader: Reader, keys: list[str], _group: None) -> Mapping[str, Node | None]:
    return reader.nodes(keys)


def _edges(reader: Reader, keys: list[str], group: EdgeQuestion) -> dict[str, list[Edge]]:
    rels, direction, at = group
    wanted = set(keys)
    found: dict[str, list[Edge]] = defaultdict(list)
    for edge in reader.edges(keys, rels, direction, at):
        for key in {edge.source, edge.target} & wanted:
            if direction is Direction.BOTH or key == (
                edge.source if direction is Direction.OUT else edge.target
            ):
                found[key].append(edge)
    return found


def _classes(reader: Reader, keys: list[str], at: At) -> dict[str, tuple[str, ...]]:
    classes = View(reader, at).classes
    classes.close_datasets(keys)
    many = {classes.name(key) for key in keys if len(classes.members(classes.name(key))) > 1}
    shown = shown_first(reader, [classes.members(name) for name in many], at)
    return {key: shown[classes.name(key)] for key in keys if classes.name(key) in many}


def _jobs(reader: Reader, keys: list[str], group: tuple[Rel, At]) -> dict[str, tuple[str, ...]]:
    rel, at = group
    view = View(reader, at)
    view.classes.close_datasets(keys)
    name = view.classes.name
    found: dict[str, set[str]] = defaultdict(set)
    names = {name(key) for key in keys}
    if rel is Rel.CONSUMED_BY:
        for edge in view.reads(names, Direction.OUT):
            found[name(edge.source)].add(edge.target)
    else:
        for edge in view.writes(names, Direction.IN):
            found[name(edge.target)].add(edge.source)
    return {key: tuple(sorted(found[name(key)])) for key in keys}


def _columns(reader: Reader, keys: list[str], group: tuple[Direction, At]) -> dict[str, list[Column]]:
    direction, at = group
    view = View(reader, at)
    view.classes.close_fields(keys)
    name = view.classes.name
    found: dict[str, list[Column]] = defaultdict(list)
    for column in view.columns({name(key) for key in keys}, direction):
        near = (column.source,) if direction is Direction.OUT else column.targets
        for key in near:
            found[key].append(column)
    return {key: found[name(key)] for key in keys}


def _schemas(reader: Reader, keys: list[str], _group: None) -> dict[str, list[Fact]]:
    return timelines(reader, keys, FIELDS)


def timelines(reader: Reader, keys: Collection[str], value_key: str) -> dict[str, list[Fact]]:
    """All stretches of one value key of datasets or jobs, oldest first."""
    partitions = {Address(key).stretches: key for key in keys}
    found: dict[str, list[tuple[Stretch, int | None]]] = {key: [] for key in keys}
    for row in reader.scan(Space.STRETCH, [Range(partition) for partition in partitions]):
        closed = load_closed(row.value)
        if closed.key == value_key:
            found[partitions[row.partition]].append((closed.stretch, instant_of(closed.at)))
    for key, history in state.histories(reader, keys).items():
        current = history.stretches().get(value_key)
        if current is not None:
            found[key].append((current, None))
    texts = state.blobs(reader, {stretch.value for pairs in found.values() for stretch, _ in pairs})
    return {
        key: sorted(
            (Fact(value_key, texts.get(s.value), s.first, s.last, until) for s, until in pairs),
            key=lambda fact: fact.first,
        )
        for key, pairs in found.items()
    }


def _runs(reader: Reader, keys: list[str], group: RunsQuestion) -> dict[str, list[tuple[str, str]]]:
    limit, before = group
    return state.runs_of(reader, keys, limit=limit, before=before)


def _run_states(reader: Reader, keys: list[str], _group: None) -> Mapping[str, RunState | None]:
    return state.run_states(reader, keys)


def _blobs(reader: Reader, keys: list[str], _group: None) -> Mapping[str, str | None]:
    return state.blobs(reader, keys)


def _entries(reader: Reader, keys: list[str], _group: None) -> Mapping[str, LogEntry | None]:
    return reader.entries(keys)
