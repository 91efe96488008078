"""Which product's data flows into which: lineage of datasets and jobs, folded to the products that they belong to.

Data flows from product P into product Q where lineage leads from a dataset or job of P to one of Q with nothing of a
product between: datasets without one, and jobs that no product contains, are passed through. Names of one dataset are
one. A derivation that a job states past itself leads from dataset to dataset. Beside what is observed stands what is
declared by input ports (``catalog.mesh.declared_inputs``).
"""

from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from catalog.aliases import is_dataset, is_job
from catalog.graph import Direction, Edge
from catalog.lineage_steps import DatasetStep, Links
from catalog.lineage_view import View, is_explicit
from catalog.mesh.binder import Binder
from catalog.mesh.declared import Declared, begin
from catalog.mesh.declared_inputs import DeclaredInput, declared_inputs
from catalog.mesh.members import Members
from ontology.vocabulary import Rel

MAX_HOPS = 50


@dataclass(frozen=True, slots=True)
class Route:
    """One way on which data flows: from a node of the one product to one of the other, with the datasets of no product
    and the jobs between, in their order; ``since``: since when all of it holds. A shortest one between its ends."""

    source: str
    target: str
    between: tuple[str, ...]
    edges: tuple[Edge, ...]

    @property
    def since(self) -> int | None:
        """Since when all of it holds, nanoseconds."""
        return begin(self.edges)

    @property
    def jobs(self) -> tuple[str, ...]:
        """The jobs on the way, the ends among them."""
        return tuple(key for key in (self.source, *self.between, self.target) if is_job(key))

    @property
    def datasets(self) -> tuple[str, ...]:
        """The datasets on the way, the ends among them."""
        return tuple(key for key in (self.source, *self.between, self.target) if is_dataset(key))


@dataclass(frozen=True, slots=True)
class ProductEdge:
    """Data of ``source`` flows into ``target`` (keys of products, or of domains), observed or declared or both.

    ``routes``: one for each pair of nodes between which it flows. ``origins``: how the lineage is known. ``since``: the
    earliest time from which on one route holds.
    """

    source: str
    target: str
    routes: tuple[Route, ...]
    declared: tuple[DeclaredInput, ...]
    origins: tuple[str, ...]
    since: int | None

    @property
    def is_observed(self) -> bool:
        """Whether lineage shows it."""
        return bool(self.routes)

    @property
    def is_declared(self) -> bool:
        """Whether an input port states it."""
        return bool(self.declared)


@dataclass(frozen=True, slots=True)
class ProductGraph:
    """The edges by (source, target). ``cut``: a bound was met, so that edges may lack."""

    edges: tuple[ProductEdge, ...]
    cut: bool = False

    def into(self, product: str) -> tuple[ProductEdge, ...]:
        """What a product takes from others."""
        return tuple(edge for edge in self.edges if edge.target == product)

    def out_of(self, product: str) -> tuple[ProductEdge, ...]:
        """What others take from a product."""
        return tuple(edge for edge in self.edges if edge.source == product)


def product_graph(
    binder: Binder,
    members: Members,
    products: Collection[str] | None = None,
    hops: int = MAX_HOPS,
) -> ProductGraph:
    """The edges between products; with ``products`` only those from or to one of them.

    ``hops``: how many datasets of no product are passed through at most, one after the other; each costs a fixed number
    of questions, whatever there is of them.
    """
    found: dict[tuple[str, str], dict[tuple[str, str], Route]] = defaultdict(dict)
    cut = False
    for direction in (Direction.OUT,) if products is None else (Direction.OUT, Direction.IN):
        flow = _Flow(binder, members, direction, hops)
        for route in flow.routes(members.names(products)):
            for source in members.products(route.source):
                for target in members.products(route.target):
                    if source != target and (products is None or not {source, target}.isdisjoint(products)):
                        found[source, target].setdefault((route.source, route.target), route)
        cut = cut or flow.cut
    inputs = declared_inputs(binder, members)
    wanted = {
        pair for pair in inputs if products is None or not set(pair).isdisjoint(products)
    } | found.keys()
    edges = [_edge(*pair, found.get(pair, {}).values(), inputs.get(pair, ())) for pair in sorted(wanted)]
    return ProductGraph(tuple(edges), cut)


def domain_graph(declared: Declared, graph: ProductGraph) -> ProductGraph:
    """The same between the domains of the products: what flows inside of one, or has none, is left out."""
    routes: dict[tuple[str, str], dict[tuple[str, str], Route]] = defaultdict(dict)
    inputs: dict[tuple[str, str], list[DeclaredInput]] = defaultdict(list)
    origins: dict[tuple[str, str], set[str]] = defaultdict(set)
    sinces: dict[tuple[str, str], list[int | None]] = defaultdict(list)
    for edge in graph.edges:
        ends = declared.domain(edge.source), declared.domain(edge.target)
        if None in ends or ends[0] == ends[1]:
            continue
        pair = str(ends[0]), str(ends[1])
        routes[pair].update({(route.source, route.target): route for route in edge.routes})
        inputs[pair] += edge.declared
        origins[pair].update(edge.origins)
        if edge.is_observed:
            sinces[pair].append(edge.since)
    edges = [
        ProductEdge(
            *pair,
            tuple(routes[pair].values()),
            tuple(inputs[pair]),
            tuple(sorted(origins[pair])),
            earliest(sinces[pair]),
        )
        for pair in sorted(routes.keys() | inputs.keys())
    ]
    return ProductGraph(tuple(edges), graph.cut)


class _Flow:
    """Lineage from members of products to the next members, in one direction."""

    def __init__(self, binder: Binder, members: Members, direction: Direction, hops: int) -> None:
        self.cut = False
        self._members = members
        self._direction = direction
        self._hops = hops
        self._view = View(binder.declared.reader, binder.declared.at)
        self._view.classes = binder.classes
        self._links = Links()
        self._ahead: dict[str, dict[str, list[Edge]]] = defaultdict(dict)
        self._known: dict[str, dict[str, tuple[str, ...]]] = {}
        self._shown = binder

    def routes(self, starts: Collection[str]) -> Iterable[Route]:
        """The routes from members to the first members on the way, as data flows."""
        self._read(starts)
        for start in sorted(starts):
            found: dict[str, tuple[str, ...]] = {}
            for near in sorted(self._ahead.get(start, ())):
                if self._is_member(near):
                    found[near] = ()
            for near in sorted(self._ahead.get(start, ())):
                if not self._is_member(near):
                    for end, between in self._beyond(near).items():
                        if end not in found or len(between) + 1 < len(found[end]):
                            found[end] = (near, *between)
            for end, between in found.items():
                if end != start:
                    yield self._route((start, *between, end))

    def _read(self, starts: Collection[str]) -> None:
        """All links between members and what is of no product, level by level."""
        step = DatasetStep(self._view, self._direction, self._links)
        frontier = step.start(starts) if starts else set()
        seen = set(frontier)
        for _ in range(self._hops + 1):
            if not frontier:
                break
            frontier = {name for name in step.expand(frontier) if not self._is_member(name)} - seen
            seen |= frontier
        self.cut = bool(frontier) or self._links.full
        for link, told in self._links.told.items():
            near, far = link.source, link.target
            edges = told if self._is_member(near) else [edge for edge in told if not _states_sources(edge)]
            if not edges:
                continue
            if self._direction is Direction.IN:
                near, far = far, near
            self._ahead[near].setdefault(far, []).extend(edges)

    def _is_member(self, name: str) -> bool:
        return bool(self._members.owning(name))

    def _beyond(self, entry: str) -> Mapping[str, tuple[str, ...]]:
        """The members that can be reached from something of no product, with what lies between, by a shortest way."""
        if entry not in self._known:
            found: dict[str, tuple[str, ...]] = {}
            ways: dict[str, tuple[str, ...]] = {entry: ()}
            queue = deque([entry])
            while queue:
                here = queue.popleft()
                for near in sorted(self._ahead.get(here, ())):
                    if self._is_member(near):
                        found.setdefault(near, ways[here])
                    elif near not in ways:
                        ways[near] = (*ways[here], near)
                        queue.append(near)
            self._known[entry] = found
        return self._known[entry]

    def _route(self, way: tuple[str, ...]) -> Route:
        edges = [min(self._ahead[a][b], key=_earlier) for a, b in pairwise(way)]
        if self._direction is Direction.IN:
            way, edges = way[::-1], edges[::-1]
        names = [self._shown.dataset(key) if is_dataset(key) else key for key in way]
        return Route(names[0], names[-1], tuple(names[1:-1]), tuple(edges))


def _states_sources(edge: Edge) -> bool:
    """Whether a job writes this output from what it states, and not from all that it reads."""
    return edge.type == Rel.PRODUCES and is_explicit(edge)


def _earlier(edge: Edge) -> tuple[int, str]:
    return (-1 if edge.valid_from is None else edge.valid_from, edge.id)


def _edge(
    source: str, target: str, routes: Iterable[Route], declared: tuple[DeclaredInput, ...]
) -> ProductEdge:
    found = sorted(routes, key=lambda route: (len(route.between), route.source, route.target))
    return ProductEdge(
        source,
        target,
        tuple(found),
        declared,
        tuple(sorted({edge.origin for route in found for edge in route.edges})),
        earliest([route.since for route in found]),
    )


def earliest(begins: Iterable[int | None]) -> int | None:
    """The earliest of some times; None, since ever, where one is, or where there are none."""
    found = list(begins)
    return None if None in found else min((begin for begin in found if begin is not None), default=None)
