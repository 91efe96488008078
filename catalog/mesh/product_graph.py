"""Which product's data flows into which: lineage of datasets and jobs, folded to the products that they belong to.

Data flows from product P into product Q where lineage leads from a dataset or job of P to one of Q with nothing of a
product between: datasets without one, and jobs that no product contains, are passed through. Names of one dataset are
one. A derivation that a job states past itself leads from dataset to dataset. Beside what is observed stands what is
declared by input ports (``catalog.mesh.declared_inputs``).
"""

import sys
from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

from catalog.aliases import is_dataset, is_job
from catalog.graph import Direction, Edge
from catalog.lineage_steps import MAX_LINKS, DatasetStep, Links
from catalog.lineage_view import View, is_explicit
from catalog.mesh.binder import Binder
from catalog.mesh.declared import Declared, begin
from catalog.mesh.declared_inputs import DeclaredInput, declared_inputs
from catalog.mesh.members import Members
from catalog.store.port import batched
from ontology.vocabulary import Rel

_PORTION = 2_000
"""Members, or datasets of no product, that are read at once."""
_Pair: TypeAlias = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Bound:
    """How many datasets of no product are passed through at most, one after the other, and how many links are read in
    each direction."""

    hops: int = 50
    links: int = MAX_LINKS


ANSWER = Bound()
"""Of what somebody waits for."""
UNBOUNDED = Bound(sys.maxsize, sys.maxsize)


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
    bound: Bound = ANSWER,
) -> ProductGraph:
    """The edges between products; with ``products`` only those from or to one of them.

    Each portion of members costs a fixed number of questions, and so does each of the datasets of no product behind it.
    """
    found: dict[tuple[str, str], dict[tuple[str, str], Route]] = defaultdict(dict)
    cut = False
    for direction in (Direction.OUT,) if products is None else (Direction.OUT, Direction.IN):
        flow = _Flow(binder, members, direction, bound)
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
    """Lineage from members of products to the next members, in one direction, portion by portion of the members.

    Of what is of no product only names are held, and no edge: those on a route are read again with it.
    """

    def __init__(self, binder: Binder, members: Members, direction: Direction, bound: Bound) -> None:
        self.cut = False
        self._binder = binder
        self._members = members
        self._direction = direction
        self._hops = bound.hops
        self._room = bound.links
        self._passed: set[str] = set()
        self._ahead: dict[str, set[str]] = defaultdict(set)

    def routes(self, starts: Collection[str]) -> Iterator[Route]:
        """The routes between products from members to the first members on the way, as data flows."""
        for portion in batched(sorted(starts), _PORTION):
            near = self._links(portion)
            around: dict[str, set[str]] = defaultdict(set)
            for one, other in near:
                around[one].add(other)
            self._pass_through(other for _, other in near)
            beyond: dict[str, dict[str, tuple[str, ...]]] = {}
            ways = [way for start in portion for way in self._ways(start, around, beyond)]
            yield from self._routes(ways, near)

    def _ways(
        self,
        start: str,
        around: Mapping[str, Collection[str]],
        beyond: dict[str, dict[str, tuple[str, ...]]],
    ) -> list[tuple[str, ...]]:
        """The shortest ways from a member to members of other products. ``beyond``: what was found so far behind
        things of no product."""
        found: dict[str, tuple[str, ...]] = {}
        nearest = sorted(around.get(start, ()))
        for near in nearest:
            if self._is_member(near):
                found[near] = ()
        for near in nearest:
            if not self._is_member(near):
                if near not in beyond:
                    beyond[near] = self._beyond(near, around)
                for end, between in beyond[near].items():
                    if end not in found or len(between) + 1 < len(found[end]):
                        found[end] = (near, *between)
        own = self._members.products(start)
        return [
            (start, *between, end)
            for end, between in found.items()
            if end != start and (len(own) > 1 or self._members.products(end) != own)
        ]

    def _beyond(self, entry: str, around: Mapping[str, Collection[str]]) -> dict[str, tuple[str, ...]]:
        """The members that can be reached from something of no product, with what lies between, by a shortest way."""
        found: dict[str, tuple[str, ...]] = {}
        ways: dict[str, tuple[str, ...]] = {entry: ()}
        queue = deque([entry])
        while queue:
            here = queue.popleft()
            for near in sorted({*around.get(here, ()), *self._ahead.get(here, ())}):
                if self._is_member(near):
                    found.setdefault(near, ways[here])
                elif near not in ways:
                    ways[near] = (*ways[here], near)
                    queue.append(near)
        return found

    def _pass_through(self, names: Iterable[str]) -> None:
        """Learn what lies behind those of the names that are datasets of no product, to the next members."""
        frontier = self._passing(names)
        hops = 0
        while frontier and not self.cut:
            if hops == self._hops:
                self.cut = True
                break
            hops += 1
            ends: set[str] = set()
            for part in batched(sorted(frontier), _PORTION):
                for near, far in self._links(part):
                    self._ahead[near].add(far)
                    ends.add(far)
            self._passed |= frontier
            frontier = self._passing(ends)

    def _passing(self, names: Iterable[str]) -> set[str]:
        return {name for name in names if is_dataset(name) and not self._is_member(name)} - self._passed

    def _links(self, names: Collection[str]) -> dict[_Pair, Edge]:
        """What leads on from these, as far as there is room for it."""
        links = Links(max(self._room, 0))
        found = self._read(names, links)
        self._room -= len(links.told)
        self.cut = self.cut or links.full
        return found

    def _read(self, names: Collection[str], links: Links) -> dict[_Pair, Edge]:
        """What leads on from these, and from the jobs beside them: pairs in the direction of the walk, each with the
        edge that tells it first."""
        view = View(self._binder.declared.reader, self._binder.declared.at)
        view.classes = self._binder.classes
        step = DatasetStep(view, self._direction, links)
        step.expand(step.start(names))
        found: dict[_Pair, Edge] = {}
        for link, told in links.told.items():
            own = self._is_member(link.source)
            edges = told if own else [edge for edge in told if not _states_sources(edge)]
            if edges:
                out = self._direction is Direction.OUT
                pair = (link.source, link.target) if out else (link.target, link.source)
                found[pair] = min((*edges, *([found[pair]] if pair in found else [])), key=_earlier)
        return found

    def _is_member(self, name: str) -> bool:
        return self._members.has(name)

    def _routes(self, ways: Collection[tuple[str, ...]], near: Mapping[_Pair, Edge]) -> Iterator[Route]:
        """Ways with the edges that tell them: those that are not at hand are read."""
        behind = {one for way in ways for one, other in pairwise(way) if (one, other) not in near}
        told = dict(near)
        for part in batched(sorted(filter(is_dataset, behind)), _PORTION):
            told.update(self._read(part, Links(sys.maxsize)))
        for way in ways:
            edges = [told[pair] for pair in pairwise(way) if pair in told]
            # Else one has ended since: a store may show what is written meanwhile.
            if len(edges) == len(way) - 1:
                yield self._route(way, edges)

    def _route(self, way: tuple[str, ...], edges: list[Edge]) -> Route:
        if self._direction is Direction.IN:
            way, edges = way[::-1], edges[::-1]
        names = [self._binder.dataset(key) if is_dataset(key) else key for key in way]
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
