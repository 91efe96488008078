"""What has changed between two looks at the graph, as the checks of policies depend on it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from catalog.aliases import is_dataset
from catalog.governance.difference import Difference, differing
from catalog.graph import Direction
from catalog.identity import kind_of
from catalog.mesh.declared_changes import Told
from catalog.mesh.followed import NOTHING, MeshChanges
from catalog.mesh.mesh import Mesh
from catalog.store.port import ALL_TIME, Reader
from ontology.vocabulary import Rel

_DOWN = (
    *(Rel.HAS_OUTPUT_PORT, Rel.HAS_INPUT_PORT, Rel.HAS_MANAGEMENT_PORT, Rel.EXPOSES, Rel.CONTAINS),
    *(Rel.GOVERNED_BY, Rel.VERSION_OF, Rel.HAS_SCHEMA, Rel.OFFERS),
)
"""From a thing to its parts: what is below belongs where the thing belongs."""
_UP = (Rel.IN_DOMAIN, Rel.PART_OF)
_PLACING = frozenset((*_DOWN, *_UP, Rel.OWNED_BY))


@dataclass(frozen=True)
class Look:
    """``touched``: the keys of the nodes that may have changed. ``changes``: what the mesh says otherwise since.
    ``mesh``: as it is now. ``turned``: whether an agreement began or ended by time. ``is_lost``: it cannot be told what
    has changed."""

    reader: Reader
    mesh: Mesh
    touched: frozenset[str]
    changes: MeshChanges = NOTHING
    turned: bool = False
    is_lost: bool = False

    @cached_property
    def by_kind(self) -> Mapping[str, frozenset[str]]:
        """What was touched, by kind of key."""
        found: dict[str, set[str]] = defaultdict(set)
        for key in self.touched:
            found[kind_of(key)].add(key)
        return {kind: frozenset(keys) for kind, keys in found.items()}

    def of_kinds(self, *kinds: str) -> set[str]:
        """What was touched of some kinds."""
        return set().union(*(self.by_kind.get(kind, ()) for kind in kinds))

    @cached_property
    def difference(self) -> Difference:
        """What is different of the things that the mesh reads."""
        before, now = self.changes.declared.before, self.changes.declared.now
        nodes = [key for key in now if before[key].node != now[key].node]
        edges = {(one.spec, one.via, one.origin) for key in now for one in before[key].edges}
        edges ^= {(one.spec, one.via, one.origin) for key in now for one in now[key].edges}
        return Difference(
            frozenset(nodes),
            frozenset(key for key in nodes if None in (before[key].node, now[key].node)),
            frozenset(name for key in nodes for name in differing(before[key].node, now[key].node)),
            frozenset(spec for spec, _, _ in edges),
        )

    @cached_property
    def placed(self) -> frozenset[str]:
        """All things that may belong to other products or domains than before, or to other owners; with fields."""
        declared = self.changes.declared
        moved = [key for key in declared.now if _is_moved(declared.before[key], declared.now[key])]
        found = {*self._below(moved), *self.changes.bound}
        datasets = {key for key in found if is_dataset(key)}
        if datasets:
            edges = self.reader.edges(datasets, (Rel.HAS_FIELD,), Direction.OUT, ALL_TIME)
            found.update(edge.target for edge in edges)
        return frozenset(found)

    def _below(self, keys: Iterable[str]) -> set[str]:
        """These, what is a part of them, and what is in those that are domains: as it was, and as it is."""
        found: set[str] = set()
        frontier = set(keys)
        while frontier:
            found |= frontier
            frontier = {below for key in frontier for below in self._parts(key)} - found
        return found

    def _parts(self, key: str) -> Iterable[str]:
        mesh, before = self.mesh, self.changes.declared.before.get(key)
        yield from (edge.target for edge in mesh.declared.out(key, *_DOWN))
        yield from (edge.target for edge in before.edges if edge.type in _DOWN) if before else ()
        yield from (edge.source for edge in mesh.declared.into(key, *_UP))
        if kind_of(key) == "product":
            names = {one.member for one in mesh.members.of_product(key)}
            yield from (
                member
                for name in names
                for member in mesh.binder.classes.members(mesh.binder.classes.name(name))
            )

    @cached_property
    def renamed(self) -> frozenset[str]:
        """The datasets that were touched or are placed, with all that any link joins to them, believed or not."""
        return self.names(key for key in (*self.touched, *self.placed) if is_dataset(key))

    def names(self, datasets: Iterable[str]) -> frozenset[str]:
        """Datasets with all that any link joins to them, believed or not."""
        found, frontier = set[str](), set(datasets)
        while frontier:
            found |= frontier
            edges = self.reader.edges(frontier, (Rel.ALIAS_OF, Rel.RENAMED_TO), Direction.BOTH)
            frontier = {end for edge in edges for end in (edge.source, edge.target)} - found
        return frozenset(found)

    def far(self, keys: Collection[str], direction: Direction, *rels: Rel) -> set[str]:
        """What such edges lead to from the keys (OUT), or come from."""
        edges = self.reader.edges(keys, rels, direction) if keys else []
        return {edge.target if direction is Direction.OUT else edge.source for edge in edges}


def _is_moved(before: Told, now: Told) -> bool:
    def placing(told: Told) -> list[object]:
        return [edge for edge in told.edges if edge.type in _PLACING]

    return (before.node is None) != (now.node is None) or placing(before) != placing(now)
