"""The rule ``cycle``: data of a product comes back to it by way of other products."""

from collections import deque
from collections.abc import Mapping, Sequence

from catalog.governance.checks.ground import Ground
from catalog.governance.checks.outcome import HOLDS, Outcome, Outcomes, edge_step, only_if_known
from catalog.governance.policy import LineageCheck
from catalog.governance.verdict import Step
from catalog.graph import Edge, Node
from catalog.mesh.product_graph import ProductEdge


def judge(ground: Ground, check: LineageCheck, targets: Mapping[str, Node]) -> Outcomes:
    """What the flow between products, seen or declared, says of each product."""
    ahead: dict[str, dict[str, ProductEdge]] = {}
    for edge in ground.context.graph.edges:
        ahead.setdefault(edge.source, {})[edge.target] = edge
    part = _parts(ahead)
    found = {}
    for key in targets:
        way = _back(ahead, part, key)
        found[key] = HOLDS if way is None else _outcome(ground, way)
    return {key: only_if_known(one, ground.gap) for key, one in found.items()}


def _outcome(ground: Ground, way: Sequence[ProductEdge]) -> Outcome:
    names = [ground.context.spoken(edge.source) for edge in way]
    steps = tuple(step for edge in way for step in _steps(ground, edge))
    return Outcome(False, f"Its data comes back to it: {' → '.join((*names, names[0]))}.", steps)


def _steps(ground: Ground, edge: ProductEdge) -> list[Step]:
    """How the data of one product gets to the next: one route, else what declares it."""
    told: Sequence[Edge] = edge.routes[0].edges if edge.routes else edge.declared[0].edges
    text = f"{ground.context.spoken(edge.source)} gives data to {ground.context.spoken(edge.target)}."
    return [Step(text, edge.target), *(edge_step(one) for one in told)]


def _parts(ahead: Mapping[str, Mapping[str, ProductEdge]]) -> dict[str, int]:
    """Which products lie on cycles with each other (Tarjan's components, without recursion)."""
    part: dict[str, int] = {}
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    for root in sorted(ahead):
        work = [(root, iter(sorted(ahead[root])))] if root not in index else []
        while work:
            here, rest = work[-1]
            if here not in index:
                index[here] = low[here] = len(index)
                stack.append(here)
            for near in rest:
                if near not in index:
                    work.append((near, iter(sorted(ahead.get(near, ())))))
                    break
                if near not in part:
                    low[here] = min(low[here], index[near])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[here])
                if low[here] == index[here]:
                    while here not in part:
                        part[stack.pop()] = index[here]
    return part


def _back(
    ahead: Mapping[str, Mapping[str, ProductEdge]], part: Mapping[str, int], start: str
) -> list[ProductEdge] | None:
    """A shortest way from a product back to it."""
    before: dict[str, ProductEdge] = {}
    queue = deque([start])
    while queue:
        here = queue.popleft()
        for near, edge in sorted(ahead.get(here, {}).items()):
            if part.get(near) != part.get(start) or near in before:
                continue
            before[near] = edge
            if near == start:
                return _way(before, start)
            queue.append(near)
    return None


def _way(before: Mapping[str, ProductEdge], start: str) -> list[ProductEdge]:
    way = [before[start]]
    while way[-1].source != start:
        way.append(before[way[-1].source])
    return way[::-1]
