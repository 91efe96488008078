"""Generated graphs: tables in an order in which data flows, each written by one job from earlier tables."""

import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import product

from catalog.graph import Edge, Node, Property
from catalog.identity import DatasetId, JobId
from catalog.store.port import ChangeSet, batched
from catalog.tokens import search_text
from ontology.vocabulary import Label, Origin, Rel

NAMESPACE = "bench"
SINCE_NS = 1_700_000_000_000_000_000
_TABLES_A_CHANGE = 1_000
_SEED = 20_240_501


@dataclass(frozen=True, slots=True)
class Table:
    """One dataset. ``feeds``: (table, its column, own column); without any input no job writes it."""

    number: int
    columns: int
    feeds: tuple[tuple[int, int, int], ...] = ()

    @property
    def inputs(self) -> list[int]:
        """The tables that its job reads."""
        return sorted({table for table, _, _ in self.feeds})


@dataclass(frozen=True, slots=True)
class Graph:
    """A generated graph: its tables, as often as they are asked for, and where walks start."""

    name: str
    tables: Callable[[], Iterator[Table]]
    starts: tuple[int, ...]


def dataset_id(number: int) -> DatasetId:
    """The name of a table."""
    return DatasetId(NAMESPACE, f"table_{number:06}")


def column_name(number: int) -> str:
    """The name of a column of any table."""
    return f"column_{number}"


def layered(layers: int, width: int) -> Graph:
    """Layers of jobs, each reading 2 tables of the layer before; 5 columns, each from the same of both."""

    def tables() -> Iterator[Table]:
        chance = random.Random(_SEED)
        for number in range((layers + 1) * width):
            layer = number // width
            before = range((layer - 1) * width, layer * width)
            inputs = chance.sample(before, 2) if layer else []
            feeds = tuple((table, column, column) for table, column in product(inputs, range(5)))
            yield Table(number, 5, feeds)

    return Graph(f"layered {layers}x{width}", tables, tuple(range(0, width, max(1, width // 10))))


def diamond(depth: int, columns: int) -> Graph:
    """A chain of datasets in which every column comes from all columns of the dataset before."""

    def tables() -> Iterator[Table]:
        for number in range(depth):
            every = product(range(columns), range(columns))
            feeds = tuple((number - 1, source, own) for source, own in every) if number else ()
            yield Table(number, columns, feeds)

    return Graph(f"diamond {depth}x{columns}", tables, (0,))


def hub(readers: int) -> Graph:
    """One table that many jobs read, each for a table of its own."""

    def tables() -> Iterator[Table]:
        yield Table(0, 3)
        for number in range(1, readers + 1):
            yield Table(number, 3, tuple((0, column, column) for column in range(3)))

    return Graph(f"hub {readers:,}", tables, (0,))


def scattered(datasets: int) -> Graph:
    """Ten levels; each table reads 2 random tables of any lower level: 3 columns, 4 column edges, 10 edges in all.

    Walks start in the two lowest levels.
    """

    def tables() -> Iterator[Table]:
        chance = random.Random(_SEED)
        width = datasets // 10
        for number in range(datasets):
            below = number // width * width
            if below < 2:
                yield Table(number, 3)
                continue
            left, right = chance.sample(range(below), 2)
            yield Table(number, 3, ((left, 0, 0), (right, 0, 1), (right, 1, 0), (left, 2, 2)))

    starts = random.Random(_SEED).sample(range(datasets // 5), min(50, datasets // 5))
    return Graph(f"random {datasets:,}", tables, tuple(starts))


def mesh(datasets: int) -> Graph:
    """Ten levels; each table reads 2 random tables of any lower level: 5 columns, each from one of either, so 10 column
    edges a table."""

    def tables() -> Iterator[Table]:
        chance = random.Random(_SEED)
        width = datasets // 10
        for number in range(datasets):
            below = number // width * width
            feeds: tuple[tuple[int, int, int], ...] = ()
            if below >= 2:
                left, right = chance.sample(range(below), 2)
                feeds = tuple(
                    (table, (own + turn) % 5, own)
                    for own in range(5)
                    for turn, table in ((0, left), (1, right))
                )
            yield Table(number, 5, feeds)

    return Graph(f"mesh {datasets:,}", tables, (0,))


def catalogue(datasets: int) -> Graph:
    """Tables of 15 columns; nine in ten are written by a job of their own from three columns of the table before."""

    def tables() -> Iterator[Table]:
        for number in range(datasets):
            feeds = tuple((number - 1, column, column) for column in range(3)) if number % 10 else ()
            yield Table(number, 15, feeds)

    return Graph(f"catalogue {datasets:,}", tables, (0,))


def change_sets(graph: Graph) -> Iterator[ChangeSet]:
    """The graph as change sets of about ten thousand edges, each behind those that it builds on."""
    for tables in batched(graph.tables(), _TABLES_A_CHANGE):
        nodes = [node for table in tables for node in _nodes(table)]
        edges = [edge for table in tables for edge in _edges(table)]
        yield ChangeSet({node.key: node for node in nodes}, {edge.id: edge for edge in edges})


def _job_id(table: Table) -> JobId:
    return JobId(NAMESPACE, f"load_{table.number:06}")


def _nodes(table: Table) -> Iterator[Node]:
    dataset = dataset_id(table.number)
    columns = [column_name(number) for number in range(table.columns)]
    yield _named(dataset, Label.DATASET, columns)
    if table.feeds:
        yield _named(_job_id(table), Label.JOB, [])
    for ordinal, name in enumerate(columns, start=1):
        properties: dict[str, Property] = {
            "name": name,
            "dataset": dataset.key,
            "type": "VARCHAR",
            "ordinal": ordinal,
        }
        yield Node(dataset.field(name).key, Label.FIELD, properties)


def _named(entity: DatasetId | JobId, label: Label, words: Iterable[str]) -> Node:
    search = search_text(entity.namespace, entity.name, *words)
    return Node(entity.key, label, {"namespace": entity.namespace, "name": entity.name, "searchText": search})


def _edges(table: Table) -> Iterator[Edge]:
    dataset, job = dataset_id(table.number), _job_id(table).key
    fields = [dataset.field(column_name(number)).key for number in range(table.columns)]
    for ordinal, field in enumerate(fields, start=1):
        properties = (("ordinal", ordinal), ("type", "VARCHAR"))
        yield Edge(Rel.HAS_FIELD, dataset.key, field, dataset.key, Origin.OBSERVED, properties, SINCE_NS)
    for number in table.inputs:
        yield _told(Rel.CONSUMED_BY, dataset_id(number).key, job, job)
    if table.feeds:
        yield _told(Rel.PRODUCES, job, dataset.key, job)
    for number, column, own in table.feeds:
        source = dataset_id(number).field(column_name(column)).key
        yield _told(Rel.FEEDS, source, fields[own], job, (("subtype", "IDENTITY"),))


def _told(rel: Rel, source: str, target: str, job: str, properties: tuple[tuple[str, str], ...] = ()) -> Edge:
    return Edge(rel, source, target, job, Origin.OBSERVED, properties, SINCE_NS)
