"""The product graph by brute force: an oracle that imports nothing from the catalog.

A thing is a class of names of one dataset, or the key of a job. Data flows from a product to another where a path of
lineage leads from a thing of the one to a thing of the other, and no thing between belongs to a product.
"""

from collections import defaultdict
from itertools import product

from tests.lineage.oracle import E, World, classes

Thing = object
Pair = tuple[str, str]
Ends = tuple[Thing, Thing]


class ProductOracle:
    """One world with members of products, as of one instant."""

    def __init__(self, world: World, members: list[E], at: int | None) -> None:
        live = [edge for edge in world.edges if edge.holds(at)]
        self.classes = classes(world, live)
        self.owners: dict[Thing, set[str]] = defaultdict(set)
        held = [edge for edge in members if edge.holds(at)]
        ports = {edge.target: edge.source for edge in held if edge.type == "HAS_OUTPUT_PORT"}
        for edge in held:
            if edge.type in ("EXPOSES", "CONTAINS"):
                self.owners[self.thing(edge.target)].add(edge.source)
            elif edge.type == "SERVES" and edge.source in ports:
                self.owners[self.thing(edge.target)].add(ports[edge.source])
        self.links: dict[Thing, set[Thing]] = defaultdict(set)
        for edge in live:
            self._link(edge)

    def thing(self, key: str) -> Thing:
        return self.classes[key] if key.startswith("dataset/") else key

    def edges(self) -> dict[Pair, set[Ends]]:
        """(from, to) → the pairs of things between which data flows."""
        found: dict[Pair, set[Ends]] = defaultdict(set)
        for source in list(self.owners):
            for target in self._next_members(source):
                for one, other in product(self.owners[source], self.owners[target]):
                    if one != other and source != target:
                        found[one, other].add((source, target))
        return dict(found)

    def _link(self, edge: E) -> None:
        if (
            edge.type == "PRODUCES"
            and ("explicit", True) in edge.properties
            and edge.source not in self.owners
        ):
            return  # past such a job leads only what it states
        if edge.type in ("CONSUMED_BY", "PRODUCES", "HAD_DERIVATION", "RENAMED_TO", "PASSES_DATA_TO"):
            self.links[self.thing(edge.source)].add(self.thing(edge.target))

    def _next_members(self, source: Thing) -> set[Thing]:
        seen: set[Thing] = set()
        members: set[Thing] = set()
        todo = list(self.links.get(source, ()))
        while todo:
            here = todo.pop()
            if here in seen:
                continue
            seen.add(here)
            if here in self.owners:
                members.add(here)
            else:
                todo += self.links.get(here, ())
        return members
