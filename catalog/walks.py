"""Lineage at any level: between fields, datasets and jobs as it is told, between products and domains as it follows."""

from collections.abc import Collection
from enum import StrEnum

from catalog import lineage_steps
from catalog.graph import Direction
from catalog.lineage import Lineage, walk
from catalog.mesh.mesh import Mesh
from catalog.mesh.recent import MeshOf
from catalog.product_lineage import product_lineage
from catalog.store.port import Reader


class Level(StrEnum):
    """What a walk goes between; a hop is counted in it."""

    FIELD = "FIELD"
    DATASET = "DATASET"
    JOB = "JOB"
    PRODUCT = "PRODUCT"
    DOMAIN = "DOMAIN"


OF_PRODUCTS = (Level.PRODUCT, Level.DOMAIN)
"""The levels whose edges are folded from all lineage below them."""


def lineage_at(
    reader: Reader,
    roots: Collection[str],
    *,
    direction: Direction,
    level: Level = Level.DATASET,
    depth: int | None = None,
    at: int | None = None,
    origins: frozenset[str] | None = None,
    mesh_of: MeshOf = Mesh,
) -> Lineage:
    """What the roots lead to or come from; ``mesh_of`` gives the mesh. Raises UnknownNode and InvalidQuery."""
    if level in OF_PRODUCTS:
        domains = level is Level.DOMAIN
        return product_lineage(
            *(reader, roots),
            direction=direction,
            domains=domains,
            depth=depth,
            at=at,
            origins=origins,
            mesh_of=mesh_of,
        )
    below = lineage_steps.Level(level.value)
    return walk(reader, roots, direction=direction, level=below, depth=depth, at=at, origins=origins)
