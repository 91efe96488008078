"""Data loaders: one for each question, set-wise over the port: store calls do not grow with parents."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Hashable, Mapping
from typing import Protocol, TypeAlias, TypeVar

from strawberry.dataloader import DataLoader

from catalog import neighbours, state
from catalog.alias_report import AliasReport, alias_reports
from catalog.curated import Curated, curated_of
from catalog.effects import Effects
from catalog.entry import LogEntry
from catalog.fold.runs import RunState
from catalog.graph import Direction, Edge, Node
from catalog.lineage_view import Column
from catalog.sql_report import Contradiction, SqlReport, contradictions, sql_reports
from catalog.state import Fact
from catalog.store.port import NodeFilter, Reader
from catalog.things import described_nodes, nodes_then
from ingest.documents.sayings import SaidAt, StatedAt, described_at, statements_at
from ingest.explain import explain_entries
from ontology.compiler import load_model
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


EdgeQuestion: TypeAlias = tuple[tuple[str, ...], Direction, At]
RunsQuestion: TypeAlias = tuple[int, At, str | None]
NO_EDGES: list[Edge] = []
NO_ALIASES = AliasReport((), ())


class Loaders:
    """The loaders of one request."""

    def __init__(self, ask: Ask) -> None:
        self._nodes = loader(ask, _nodes, None)
        self._then: DataLoader[tuple[str, At], Node | None] = loader(ask, nodes_then, None)
        self._described: DataLoader[tuple[str, int], Node | None] = loader(ask, described_nodes, None)
        self._facts: DataLoader[tuple[str, At], Mapping[str, Fact]] = loader(ask, state.facts, {})
        self._statements: DataLoader[tuple[str, At], list[StatedAt]] = loader(ask, statements_at, [])
        self._described_at: DataLoader[tuple[str, At], Mapping[str, SaidAt]] = loader(ask, described_at, {})
        self._sights: DataLoader[tuple[str, At], str | None] = loader(ask, state.last_sight, None)
        self._edges = loader(ask, _edges, NO_EDGES)
        self._names: DataLoader[tuple[str, At], tuple[str, ...]] = loader(ask, neighbours.names_of, ())
        self._alias_reports = loader(ask, alias_reports, NO_ALIASES)
        self._jobs: DataLoader[tuple[str, tuple[Rel, At]], tuple[str, ...]] = loader(ask, _jobs, ())
        self._columns: DataLoader[tuple[str, tuple[Direction, At]], list[Column]] = loader(ask, _columns, [])
        self._schemas: DataLoader[tuple[str, None], list[Fact]] = loader(ask, _schemas, [])
        self._runs: DataLoader[tuple[str, RunsQuestion], list[tuple[str, str]]] = loader(ask, _runs, [])
        self._run_states = loader(ask, _run_states, None)
        self._sql: DataLoader[tuple[str, At], SqlReport | None] = loader(ask, sql_reports, None)
        self._contradictions: DataLoader[tuple[str, At], tuple[Contradiction, ...]] = loader(
            ask, contradictions, ()
        )
        self._blobs = loader(ask, _blobs, None)
        self._entries = loader(ask, _entries, None)
        self._counts = loader(ask, _counts, 0)
        self._curated: DataLoader[tuple[str, At], list[Curated]] = loader(ask, curated_of, [])

        async def explain(entries: list[LogEntry]) -> list[Effects]:
            return await ask(lambda reader: explain_entries(reader, entries))

        self._effects: DataLoader[LogEntry, Effects] = DataLoader(explain)

    async def node(self, key: str) -> Node | None:
        """A node by key."""
        return await self._nodes.load((key, None))

    async def nodes(self, keys: Collection[str]) -> list[Node]:
        """The nodes that exist, in the order of the keys."""
        found = await self._nodes.load_many([(key, None) for key in keys])
        return [node for node in found if node is not None]

    async def nodes_then(self, keys: Collection[str], at: At) -> list[Node]:
        """The nodes at the ends of edges that held at an instant, each as it was; in the order of the keys."""
        found = await self._then.load_many([(key, at) for key in keys])
        return [node for node in found if node is not None]

    async def described(self, key: str, at: int) -> Node | None:
        """A node as documents had it at an instant; None where none had it."""
        return await self._described.load((key, at))

    async def statements(self, key: str, at: At) -> list[StatedAt]:
        """What documents and curations say of a node, and where."""
        return await self._statements.load((key, at))

    async def described_at(self, key: str, at: At) -> Mapping[str, SaidAt]:
        """Where documents (by key) say what they say of a node."""
        return await self._described_at.load((key, at))

    async def facts(self, key: str, at: At) -> Mapping[str, Fact]:
        """The facts of a dataset or job that hold at an instant."""
        return await self._facts.load((key, at))

    async def sight(self, key: str, at: At) -> str | None:
        """The order key of the last entry that names a dataset or job, at or before an instant."""
        return await self._sights.load((key, at))

    async def curated(self, key: str, at: At) -> list[Curated]:
        """What people have curated of a thing, as of an instant."""
        return await self._curated.load((key, at))

    async def count(self, label: str) -> int:
        """How many nodes there are of a kind and of those below it."""
        return await self._counts.load((label, None))

    async def edges(self, key: str, direction: Direction, *rels: str, at: At = None) -> list[Edge]:
        """The edges at a node."""
        return await self._edges.load((key, (rels, direction, at)))

    async def names(self, key: str, at: At) -> tuple[str, ...]:
        """All names of a dataset, the one to show first; only itself when it has no other."""
        return await self._names.load((key, at)) or (key,)

    async def alias_report(self, key: str, at: At) -> AliasReport:
        """The links of a name of a dataset, and what is kept apart from it."""
        return await self._alias_reports.load((key, at))

    async def jobs(self, key: str, rel: Rel, at: At) -> tuple[str, ...]:
        """The jobs that read (CONSUMED_BY) or write (PRODUCES) a dataset under any of its names."""
        return await self._jobs.load((key, (rel, at)))

    async def columns(self, key: str, direction: Direction, at: At) -> list[Column]:
        """The column edges at a field, under any name of its dataset."""
        return await self._columns.load((key, (direction, at)))

    async def schemas(self, key: str) -> list[Fact]:
        """All schemas a dataset has had, oldest first."""
        return await self._schemas.load((key, None))

    async def runs(self, job: str, limit: int, at: At, before: str | None = None) -> list[tuple[str, str]]:
        """The runs of a job begun until an instant, latest first, behind a position: (position, key)."""
        return await self._runs.load((job, (limit, at, before)))

    async def run_state(self, key: str) -> RunState | None:
        """The state of a run that has events of its own."""
        return await self._run_states.load((key, None))

    async def sql(self, job: str, at: At) -> SqlReport | None:
        """What is told of the SQL of a job; None where it has none."""
        return await self._sql.load((job, at))

    async def contradictions(self, job: str, at: At) -> tuple[Contradiction, ...]:
        """Where producers say of what a job writes what its SQL denies."""
        return await self._contradictions.load((job, at))

    async def texts(self, digests: Collection[str]) -> list[str | None]:
        """The texts of interned values."""
        return await self._blobs.load_many([(digest, None) for digest in digests])

    async def entry(self, hash_: str) -> LogEntry | None:
        """A log entry by its full hash."""
        return await self._entries.load((hash_, None))

    async def effects(self, entry: LogEntry) -> Effects:
        """What a log entry did to the graph."""
        return await self._effects.load(entry)


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


def _jobs(reader: Reader, keys: list[str], group: tuple[Rel, At]) -> dict[str, tuple[str, ...]]:
    return neighbours.jobs_beside(reader, keys, *group)


def _columns(reader: Reader, keys: list[str], group: tuple[Direction, At]) -> dict[str, list[Column]]:
    return neighbours.columns_beside(reader, keys, *group)


def _schemas(reader: Reader, keys: list[str], _group: None) -> dict[str, list[Fact]]:
    return state.schemas(reader, keys)


def _runs(reader: Reader, keys: list[str], group: RunsQuestion) -> dict[str, list[tuple[str, str]]]:
    limit, at, before = group
    return state.runs_of(reader, keys, limit=limit, before=before, at=at)


def _run_states(reader: Reader, keys: list[str], _group: None) -> Mapping[str, RunState | None]:
    return state.run_states(reader, keys)


def _blobs(reader: Reader, keys: list[str], _group: None) -> Mapping[str, str | None]:
    return state.blobs(reader, keys)


def _entries(reader: Reader, keys: list[str], _group: None) -> Mapping[str, LogEntry | None]:
    return reader.entries(keys)


def _counts(reader: Reader, labels: list[str], _group: None) -> dict[str, int]:
    """A count of each label that nodes can have, added up for those above."""
    model = load_model()
    each = {label: reader.count(NodeFilter((label,))) for label in sorted({*model.concrete(labels)})}
    return {label: sum(each[one] for one in model.concrete([label])) for label in labels}
