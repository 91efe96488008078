"""Lineage from dataset to dataset, over all names of each, from some of them on.

A job writes from what it states, else from all that it reads. A hop is one dataset further.
"""

from collections import defaultdict, deque
from collections.abc import Collection, Mapping

from catalog.aliases import is_dataset
from catalog.governance.checks.ground import Ground
from catalog.governance.checks.sphere import Sphere
from catalog.graph import Direction, Edge
from catalog.lineage_steps import DatasetStep, Links
from catalog.lineage_view import is_explicit
from ontology.vocabulary import Rel

MAX_HOPS = 1_000


class Flow:
    """Lineage of datasets from some starts on, read hop by hop for all of them; ``gap``: what was not followed."""

    def __init__(self, ground: Ground, starts: Collection[str], hops: int) -> None:
        self._hops = hops
        self._ahead: dict[str, list[tuple[str, Edge]]] = defaultdict(list)
        self._starts = sorted(starts)
        links = Links()
        step = DatasetStep(ground.view, Direction.OUT, links)
        frontier = step.start(starts) if starts else set()
        seen = set(frontier)
        for _ in range(min(hops, MAX_HOPS)):
            if not frontier:
                break
            frontier = step.expand(frontier) - seen
            seen |= frontier
        cut = links.full or (bool(frontier) and hops >= MAX_HOPS)
        self.gap = "Lineage was not followed to its end." if cut else None
        for link, told in links.told.items():
            edges = [edge for edge in told if not (edge.type == Rel.PRODUCES and is_explicit(edge))]
            if edges:
                best = min(edges, key=lambda one: one.id)
                self._ahead[link.source].append((link.target, best))

    def coming(self, targets: Mapping[str, Sphere]) -> dict[str, dict[str, tuple[Edge, ...]]]:
        """By target the starts from which something comes to it, each with a shortest way."""
        of_name: dict[str, list[str]] = defaultdict(list)
        for key, sphere in targets.items():
            for name in sphere.names:
                of_name[name].append(key)
        found: dict[str, dict[str, tuple[Edge, ...]]] = defaultdict(dict)
        for start in self._starts:
            for name, (cost, way) in self._ways(start).items():
                for key in of_name.get(name, ()):
                    sphere = targets[key]
                    if start not in sphere.own and cost + sphere.beyond <= self._hops:
                        last = (sphere.reading[name],) if sphere.reading else ()
                        found[key].setdefault(start, (*way, *last))
        return found

    def _ways(self, start: str) -> Mapping[str, tuple[int, tuple[Edge, ...]]]:
        """To each dataset within the hops, itself too: by how few (a dataset costs one, a job none), and a way."""
        before: dict[str, tuple[str, Edge] | None] = {start: None}
        cost = {start: 0}
        queue = deque([start])
        while queue:
            here = queue.popleft()
            for near, edge in self._ahead.get(here, ()):
                price = cost[here] + int(is_dataset(near))
                if price <= self._hops and price < cost.get(near, price + 1):
                    cost[near], before[near] = price, (here, edge)
                    (queue.append if is_dataset(near) else queue.appendleft)(near)
        return {name: (cost[name], _way(before, name)) for name in before if is_dataset(name)}


def _way(before: Mapping[str, tuple[str, Edge] | None], end: str) -> tuple[Edge, ...]:
    way: list[Edge] = []
    step = before[end]
    while step is not None:
        way.append(step[1])
        step = before[step[0]]
    return tuple(reversed(way))
