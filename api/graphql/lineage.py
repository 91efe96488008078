"""Lineage: the walk of ``catalog.lineage`` as a graph whose nodes and edges are read page by page."""

from typing import TypeAlias

import strawberry
from strawberry.dataloader import DataLoader

from api.graphql.asking import Asking, Info
from api.graphql.coverage import MAX_PAGE, Coverage, LineageFirst
from api.graphql.job import Job
from api.graphql.lineage_question import LineageQuestion
from api.graphql.node import Node, shown, shown_as
from api.graphql.origin import Origin
from api.graphql.paging import After, cursor, part
from api.graphql.run import Run
from api.graphql.scalars import Instant, instant
from api.graphql.transformation import Kind, Transformation
from api.graphql.words import described
from catalog.evidence import Sight, entry_prefix
from catalog.lineage import Lineage
from catalog.lineage import LineageEdge as WalkedEdge
from catalog.lineage import LineageNode as WalkedNode


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


async def lineage_graph(asking: Asking, question: LineageQuestion) -> LineageGraph:
    """Walk, and show what was found."""
    found = await asking.ask(lambda reader: question.walk(reader, asking.mesh_of))

    async def load(edges: list[WalkedEdge]) -> list[Sight | None]:
        sights = await asking.ask(lambda reader: question.sights(reader, found, edges))
        return [sights.get(edge) for edge in edges]

    return LineageGraph(lineage=found, sights=DataLoader(load), at=question.at)
