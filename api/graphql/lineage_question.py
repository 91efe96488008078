"""A question about lineage: its words in the schema, and the walk that answers it."""

from dataclasses import dataclass
from enum import Enum

import strawberry

from api.graphql import words
from catalog import graph
from catalog.errors import InvalidQuery
from catalog.evidence import Moment, Sight, last_sights, run_sight
from catalog.lineage import Lineage
from catalog.lineage import LineageEdge as WalkedEdge
from catalog.mesh.mesh import Mesh
from catalog.mesh.recent import MeshOf
from catalog.scopes import RunReader, WindowReader
from catalog.store.port import Reader
from catalog.walks import OF_PRODUCTS, Level, lineage_at

MAX_ROOTS = 100
MAX_DEPTH = 1_000


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
        "PRODUCT": "From data product to data product, also through datasets of no product: observed, and declared.",
        "DOMAIN": "From domain to domain: what flows between their products.",
    },
)


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
        if self.level in OF_PRODUCTS and not (self.run is None and self.since is None):
            raise InvalidQuery("Lineage of products is told as of one time.", "Leave out since and run.")

    def scope(self, reader: Reader) -> Reader:
        """The part of the store that it is about."""
        if self.run is not None:
            return RunReader(reader, self.run)
        return reader if self.since is None else WindowReader(reader, self.since, self.at)

    def walk(self, reader: Reader, mesh_of: MeshOf = Mesh) -> Lineage:
        """The answer; ``mesh_of`` gives the mesh of products."""
        self.check()
        return lineage_at(
            self.scope(reader),
            self.roots,
            direction=WAYS[self.direction],
            level=self.level,
            depth=self.depth,
            at=self.at,
            origins=self.origins,
            mesh_of=mesh_of,
        )

    def sights(self, reader: Reader, lineage: Lineage, edges: list[WalkedEdge]) -> dict[WalkedEdge, Sight]:
        """The last telling of some edges of the answer; of edges between products none, their routes have it."""
        if self.level in OF_PRODUCTS:
            return {}
        if self.run is not None:
            return dict.fromkeys(edges, run_sight(reader, self.run))
        same = {alias: node.key for node in lineage.nodes for alias in node.aliases}
        return last_sights(reader, edges, same, Moment(self.at, self.since))
