"""Lineage: the walk of ``catalog.lineage`` as a graph whose nodes and edges are read page by page."""

from dataclasses import dataclass
from enum import Enum
from typing import Annotated, TypeAlias

import strawberry
from strawberry.dataloader import DataLoader

from api.graphql import words
from api.graphql.asking import Asking, Info
from api.graphql.evidence import Moment, Sight, last_sights
from api.graphql.facet import entry_prefix
from api.graphql.job import Job
from api.graphql.node import Node, shown, shown_as
from api.graphql.paging import After, check_first, cursor, part
from api.graphql.run import Run
from api.graphql.scalars import Instant, instant
from api.graphql.scopes import OneRun, Window
from api.graphql.transformation import Kind, Transformation
from api.graphql.words import described
from catalog import graph
from catalog.coverage import Coverage as Covered
from catalog.coverage import CoverageStatus, ReasonCode
from catalog.coverage import Reason as Told
from catalog.errors import InvalidQuery
from catalog.instant import instant_of
from catalog.lineage import Level, Lineage, walk
from catalog.lineage import LineageEdge as WalkedEdge
from catalog.lineage import LineageNode as WalkedNode
from catalog.store.port import Reader
from ontology.vocabulary import Origin

MAX_PAGE = 5_000
MAX_ROOTS = 100
MAX_DEPTH = 1_000

LineageFirst: TypeAlias = Annotated[
    int, strawberry.argument(description=f"How many items to give at most, from 1 to {MAX_PAGE}.")
]


@strawberry.enum(description="Which way lineage is followed.")
class Direction(Enum):
    UPSTREAM = strawberry.enum_value("UPSTREAM", description="Against the flow of data: what it comes from.")
    DOWNSTREAM = strawberry.enum_value("DOWNSTREAM", description="With the flow of data: what it leads to.")
    BOTH = strawberry.enum_value("BOTH", description="Upstream and downstream, each from the start.")


WAYS = {
    Direction.UPSTREAM: graph.Direction.IN,
    Direction.DOWNSTREAM: graph.Direction.OUT,
    Direction.BOTH: graph.Direction.BOTH,
}

words.describe(
    Level,
    "What lineage goes between; a hop is counted in it.",
    {
        "FIELD": "From field to field.",
        "DATASET": "From dataset to dataset, with the jobs between them.",
        "JOB": "From job to job, through the datasets that one writes and the other reads.",
    },
)
words.describe(
    Origin,
    "How an edge came to be known.",
    {
        "OBSERVED": "A run reported it.",
        "DECLARED": "A job event or a dataset event states it, without a run.",
        "PARSED": "It was read from the SQL of a job.",
        "CURATED": "A person states it.",
    },
)
words.describe(
    CoverageStatus,
    "How far an answer can be trusted.",
    {
        "COMPLETE": "It is all that the graph holds.",
        "PARTIAL": "There may be more; the reasons say where.",
        "UNKNOWN": "Nothing could be followed.",
    },
)
words.describe(
    ReasonCode,
    "Why an answer is not complete.",
    {
        "DEPTH": "The walk ended at the depth asked for.",
        "MAX_NODES": "The walk ended at its bound of nodes.",
        "MAX_EDGES": "Not all edges between the nodes are listed.",
        "NO_FIELDS": "No field of a dataset to start from is known.",
        "NO_COLUMN_LINEAGE": "A job told no column lineage for an output.",
        "UNRESOLVED_REFERENCE": "A dataset is only named by column lineage.",
        "INFERRED_FIELD": "No schema has shown a field that lineage names.",
    },
)


@strawberry.type(description="One thing that an answer does not know.")
class Reason:
    told: strawberry.Private[Told]

    @described("What kind of gap it is.")
    def code(self) -> ReasonCode:
        return self.told.code

    @described("The gap in a sentence.")
    def message(self) -> str:
        return self.told.message

    @described("The ids of the nodes that it is about.")
    def nodes(self, info: Info, first: LineageFirst = 100) -> list[strawberry.ID]:
        return [
            strawberry.ID(info.context.iri(key)) for key in self.told.keys[: check_first(first, MAX_PAGE)]
        ]

    @described("How many nodes it is about.")
    def node_count(self) -> int:
        return len(self.told.keys)


@strawberry.type(
    description="How far an answer can be trusted: what it does not know is said, never guessed."
)
class Coverage:
    covered: strawberry.Private[Covered]

    @described("COMPLETE only when there is no reason to doubt.")
    def status(self) -> CoverageStatus:
        return self.covered.status

    @described("What the answer does not know.")
    def reasons(self, first: LineageFirst = 100) -> list[Reason]:
        return [Reason(told=reason) for reason in self.covered.reasons[: check_first(first, MAX_PAGE)]]

    @described("How many reasons there are.")
    def reason_count(self) -> int:
        return len(self.covered.reasons)

    @described("How many nodes the whole answer has.")
    def nodes(self) -> int:
        return self.covered.nodes

    @described("How many edges of the graph were read to find it.")
    def edges(self) -> int:
        return self.covered.edges


@strawberry.type(description="A node that a walk reached: once for all its names.")
class LineageNode:
    walked: strawberry.Private[WalkedNode]
    at: strawberry.Private[int | None]

    @described("The node, under the name that events used last.")
    async def node(self, info: Info) -> Node | None:
        stored = await info.context.loaders.node(self.walked.key)
        return None if stored is None else shown(stored, self.at)

    @described("How far it is from the nearest start.")
    def hops(self) -> int:
        return self.walked.hops

    @described("The ids of its other names.")
    def aliases(self, info: Info) -> list[strawberry.ID]:
        return [strawberry.ID(info.context.iri(key)) for key in self.walked.aliases]

    @described("Where the node stands in the list.")
    def cursor(self) -> str:
        return cursor(*_node_position(self.walked))


def _node_position(node: WalkedNode) -> tuple[int, str]:
    return (node.hops, node.key)


@strawberry.type(
    description="The last telling of an edge. Its receipts are found by the run's events or `receipt(hash:)`."
)
class EdgeEvidence:
    sight: strawberry.Private[Sight]

    @described("The run that last reported the edge; null where no run did.")
    async def run(self, info: Info) -> Run | None:
        stored = None if self.sight.run is None else await info.context.loaders.node(self.sight.run)
        return None if stored is None else shown_as(Run, stored)

    @described(
        "The log entry that last declared the edge: the first 32 hex digits of its hash; null for a run's."
    )
    def entry(self) -> str | None:
        return None if self.sight.entry is None else entry_prefix(self.sight.entry)


SightLoader: TypeAlias = DataLoader[WalkedEdge, Sight | None]


@strawberry.type(description="One edge, in the direction in which data flows.")
class LineageEdge:
    walked: strawberry.Private[WalkedEdge]
    sights: strawberry.Private[SightLoader]
    at: strawberry.Private[int | None]

    @described("The id of the node that it leaves: one of `nodes`.")
    def source(self, info: Info) -> strawberry.ID:
        return strawberry.ID(info.context.iri(self.walked.source))

    @described("The id of the node that it enters: one of `nodes`.")
    def target(self, info: Info) -> strawberry.ID:
        return strawberry.ID(info.context.iri(self.walked.target))

    @described("The job that told it; null where a dataset event declares it, and between jobs.")
    async def job(self, info: Info) -> Job | None:
        stored = None if self.walked.job is None else await info.context.loaders.node(self.walked.job)
        return None if stored is None else shown_as(Job, stored, self.at)

    @described("Between jobs: the dataset that the first writes and the second reads.")
    async def dataset(self, info: Info) -> Node | None:
        stored = None if self.walked.dataset is None else await info.context.loaders.node(self.walked.dataset)
        return None if stored is None else shown(stored, self.at)

    @described("How the source is used, where columns tell it.")
    def kind(self) -> Kind | None:
        return self.walked.kind

    @described("What becomes of the values on their way; empty where nobody says.")
    def transformations(self) -> list[Transformation]:
        return [Transformation.of(told) for told in self.walked.transformations]

    @described("How it is known: every origin that tells it.")
    def origin(self) -> list[Origin]:
        return [Origin(origin) for origin in self.walked.origins]

    @described("When it was first told in the stretch that is shown. The same instant as `validFrom`.")
    def first_seen(self) -> Instant | None:
        return instant(self.walked.valid_from)

    @described("When it was last told, in the stretch that is shown.")
    async def last_seen(self) -> Instant | None:
        sight = await self.sights.load(self.walked)
        return None if sight is None else Instant(sight.at)

    @described("The first instant at which it held; null: since ever.")
    def valid_from(self) -> Instant | None:
        return instant(self.walked.valid_from)

    @described("The first instant at which it no longer held; null: it holds.")
    def valid_to(self) -> Instant | None:
        return instant(self.walked.valid_to)

    @described("Who last told it.")
    async def evidence(self) -> EdgeEvidence | None:
        sight = await self.sights.load(self.walked)
        return None if sight is None else EdgeEvidence(sight=sight)

    @described("Where the edge stands in the list.")
    def cursor(self) -> str:
        return cursor(*_edge_position(self.walked))


def _edge_position(edge: WalkedEdge) -> tuple[str, str, str, str, str]:
    return (edge.source, edge.target, edge.job or "", edge.dataset or "", edge.kind or "")


@strawberry.type(
    description="What a walk found. Nodes and edges are read in pages; the coverage is of the whole."
)
class LineageGraph:
    lineage: strawberry.Private[Lineage]
    sights: strawberry.Private[SightLoader]
    at: strawberry.Private[int | None]

    @described("The nodes, the nearest first.")
    def nodes(self, first: LineageFirst = 500, after: After = None) -> list[LineageNode]:
        page = part(self.lineage.nodes, _node_position, first, after, MAX_PAGE)
        return [LineageNode(walked=node, at=self.at) for node in page.items]

    @described("The edges between the nodes, by source and target.")
    def edges(self, first: LineageFirst = 500, after: After = None) -> list[LineageEdge]:
        page = part(self.lineage.edges, _edge_position, first, after, MAX_PAGE)
        return [LineageEdge(walked=edge, sights=self.sights, at=self.at) for edge in page.items]

    @described("How many edges there are between the nodes.")
    def edge_count(self) -> int:
        return len(self.lineage.edges)

    @described("How many nodes there are.")
    def node_count(self) -> int:
        return len(self.lineage.nodes)

    @described("What the answer does not know.")
    def coverage(self) -> Coverage:
        return Coverage(covered=self.lineage.coverage)


@dataclass(frozen=True)
class LineageQuestion:
    """What ``lineage`` was asked, with keys instead of ids."""

    roots: tuple[str, ...]
    direction: Direction
    depth: int | None
    level: Level
    at: int | None
    since: int | None
    run: str | None
    origins: frozenset[str] | None

    def check(self) -> None:
        """Raises InvalidQuery for what the walk itself does not check."""
        if len(self.roots) > MAX_ROOTS:
            raise InvalidQuery(
                f"{len(self.roots)} nodes to start from are too many.", f"Name at most {MAX_ROOTS}."
            )
        if self.depth is not None and self.depth > MAX_DEPTH:
            raise InvalidQuery(
                f"Depth {self.depth} is too deep.", f"Give at most {MAX_DEPTH}, or leave it out."
            )
        if self.run is not None and not (self.at is None and self.since is None):
            raise InvalidQuery("One run has no other time than its own.", "Leave out asOf and since, or run.")

    def scope(self, reader: Reader) -> Reader:
        """The part of the store that it is about."""
        if self.run is not None:
            return OneRun(reader, self.run)
        return reader if self.since is None else Window(reader, self.since, self.at)

    def walk(self, reader: Reader) -> Lineage:
        """The answer."""
        self.check()
        return walk(
            self.scope(reader),
            self.roots,
            direction=WAYS[self.direction],
            level=self.level,
            depth=self.depth,
            at=self.at,
            origins=self.origins,
        )

    def sights(self, reader: Reader, lineage: Lineage, edges: list[WalkedEdge]) -> dict[WalkedEdge, Sight]:
        """The last telling of some edges of the answer."""
        if self.run is not None:
            last = instant_of(OneRun(reader, self.run).state.last)
            return dict.fromkeys(edges, Sight(last, run=self.run))
        same = {alias: node.key for node in lineage.nodes for alias in node.aliases}
        return last_sights(reader, edges, same, Moment(self.at, self.since))


async def lineage_graph(asking: Asking, question: LineageQuestion) -> LineageGraph:
    """Walk, and show what was found."""
    found = await asking.ask(question.walk)

    async def load(edges: list[WalkedEdge]) -> list[Sight | None]:
        sights = await asking.ask(lambda reader: question.sights(reader, found, edges))
        return [sights.get(edge) for edge in edges]

    return LineageGraph(lineage=found, sights=DataLoader(load), at=question.at)
