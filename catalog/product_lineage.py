"""Lineage between products, and between domains: the edges of ``catalog.mesh`` walked from one to the next.

A start may be a product, a domain, or a dataset, field or job that belongs to one. The graph of products is computed
whole, so that a walk costs the store the same however far it goes.
"""

from collections.abc import Collection, Iterable
from dataclasses import replace

from catalog.aliases import dataset_of
from catalog.coverage import Reason, ReasonCode, coverage, too_deep, too_many_edges, too_many_nodes
from catalog.errors import InvalidQuery, UnknownNode
from catalog.graph import Direction
from catalog.identity import kind_of
from catalog.lineage import MAX_NODES, Lineage, LineageEdge
from catalog.lineage_shown import LineageNode
from catalog.mesh.mesh import Mesh
from catalog.mesh.product_graph import ProductEdge, Route, domain_graph
from catalog.mesh.recent import MeshOf
from catalog.store.port import Reader
from ontology.vocabulary import Label, Origin

_ROOTS = {"product", "domain", "dataset", "field", "job"}


def product_lineage(
    reader: Reader,
    roots: Collection[str],
    *,
    direction: Direction,
    domains: bool = False,
    depth: int | None = None,
    at: int | None = None,
    origins: frozenset[str] | None = None,
    max_nodes: int = MAX_NODES,
    mesh_of: MeshOf = Mesh,
) -> Lineage:
    """What data of the roots' products (or their ``domains``) flows into (OUT), where theirs comes from (IN), or both.

    Edges have the origins of their routes, and DECLARED where an input port states them. Raises UnknownNode and
    InvalidQuery.
    """
    _check(reader, roots, depth)
    mesh = mesh_of(reader, at)
    graph = mesh.graph()
    if domains:
        graph = domain_graph(mesh.declared, graph)
    edges = [kept for edge in graph.edges if (kept := _told(edge, origins)) is not None]
    starts, reasons = _starts(mesh, roots, domains)
    ways = (Direction.IN, Direction.OUT) if direction is Direction.BOTH else (direction,)
    walks = [_Walk(edges, way, depth, max_nodes).follow(starts) for way in ways]
    hops = _nearest(walks)
    reasons += [reason for walk in walks for reason in walk.reasons]
    if graph.cut:
        reasons.append(too_many_edges(len(graph.edges)))
    if len(hops) > max_nodes:
        hops = dict(sorted(hops.items(), key=lambda item: (item[1], item[0]))[:max_nodes])
        reasons.append(too_many_nodes(max_nodes))
    label = Label.DOMAIN if domains else Label.DATA_PRODUCT
    nodes = sorted((LineageNode(key, label, hop) for key, hop in hops.items()), key=lambda n: (n.hops, n.key))
    crossed = {(edge.source, edge.target): edge for walk in walks for edge in walk.crossed}
    shown = [_shown(crossed[pair]) for pair in sorted(crossed) if hops.keys() >= {*pair}]
    covered = coverage(reasons, len(nodes), len(graph.edges), followed=bool(shown))
    return Lineage(tuple(nodes), tuple(shown), covered)


class _Walk:
    """One walk in one direction."""

    def __init__(
        self, edges: Iterable[ProductEdge], direction: Direction, depth: int | None, max_nodes: int
    ) -> None:
        self.hops: dict[str, int] = {}
        self.crossed: list[ProductEdge] = []
        self.reasons: list[Reason] = []
        self._edges = list(edges)
        self._out = direction is Direction.OUT
        self._depth = depth
        self._max_nodes = max_nodes

    def follow(self, starts: Collection[str]) -> "_Walk":
        """Walk to the end or to a bound."""
        hop, frontier = 0, set(starts)
        self.hops = dict.fromkeys(starts, 0)
        while frontier and (self._depth is None or hop < self._depth) and not self.reasons:
            hop += 1
            ends: set[str] = set()
            for edge in self._edges:
                near, far = (edge.source, edge.target) if self._out else (edge.target, edge.source)
                if near in frontier:
                    self.crossed.append(edge)
                    ends.add(far)
            frontier = ends - self.hops.keys()
            if len(self.hops) + len(frontier) > self._max_nodes:
                self.reasons.append(too_many_nodes(self._max_nodes))
                frontier = set(sorted(frontier)[: self._max_nodes - len(self.hops)])
            self.hops.update(dict.fromkeys(frontier, hop))
        if frontier and not self.reasons and self._depth is not None:
            self.reasons.append(too_deep(self._depth, len(frontier)))
        return self


def _check(reader: Reader, roots: Collection[str], depth: int | None) -> None:
    if not roots:
        raise InvalidQuery("No node to start from.", "Name at least one product, domain, dataset or job.")
    if depth is not None and depth < 0:
        raise InvalidQuery(f"Depth {depth} is negative.", "Leave it out to walk to the end.")
    missing = sorted(set(roots) - reader.nodes(roots).keys())
    if missing:
        raise UnknownNode(f"Nothing is known of {', '.join(missing[:5])}.", "Search for its name.")
    other = sorted(key for key in roots if kind_of(key) not in _ROOTS)
    if other:
        hint = "Name a product, a domain, or a dataset, field or job of one."
        raise InvalidQuery(f"Lineage of products does not start from {', '.join(other[:5])}.", hint)


def _starts(mesh: Mesh, roots: Collection[str], domains: bool) -> tuple[set[str], list[Reason]]:
    """The products or domains that the roots are or belong to; a reason for each root that belongs to none."""
    found: set[str] = set()
    reasons: list[Reason] = []
    for root in sorted(roots):
        products = _products(mesh, root)
        if domains:
            own = {domain for key in products if (domain := mesh.declared.domain(key)) is not None}
            own |= {root} & mesh.declared.nodes.keys() if kind_of(root) == "domain" else set()
        else:
            own = products
        if not own:
            what = "domain" if domains else "product"
            message = f"{root} belonged to no {what} then." if mesh.at else f"{root} belongs to no {what}."
            reasons.append(Reason(ReasonCode.NO_LINEAGE, (root,), message))
        found |= own
    return found, reasons


def _products(mesh: Mesh, root: str) -> set[str]:
    kind, declared = kind_of(root), mesh.declared
    if kind == "product":
        return {root} & declared.nodes.keys()
    if kind == "domain":
        return {node.key for node in declared.of(Label.DATA_PRODUCT) if declared.domain(node.key) == root}
    home = dataset_of(root) if kind == "field" else root
    return set() if home is None else set(mesh.members.products(home))


def _told(edge: ProductEdge, origins: frozenset[str] | None) -> ProductEdge | None:
    """The edge as far as it is known by one of the origins; None where it is not."""
    if origins is None:
        return edge
    routes = tuple(route for route in edge.routes if _origins(route) <= origins)
    declared = edge.declared if Origin.DECLARED in origins else ()
    if not routes and not declared:
        return None
    known = tuple(sorted({origin for route in routes for origin in _origins(route)}))
    return replace(edge, routes=routes, declared=declared, origins=known, since=_since(routes))


def _origins(route: Route) -> set[str]:
    return {edge.origin for edge in route.edges}


def _since(routes: Collection[Route]) -> int | None:
    begins = [route.since for route in routes]
    return None if None in begins else min((begin for begin in begins if begin is not None), default=None)


def _shown(edge: ProductEdge) -> LineageEdge:
    told = {*edge.origins, *((Origin.DECLARED,) if edge.is_declared else ())}
    documents = {one.via for said in edge.declared for one in said.edges if kind_of(one.via) == "document"}
    return LineageEdge(
        *(edge.source, edge.target, None, None, None, (), tuple(sorted(told)), edge.since, None),
        documents=tuple(sorted(documents)),
    )


def _nearest(walks: Iterable[_Walk]) -> dict[str, int]:
    hops: dict[str, int] = {}
    for walk in walks:
        for key, hop in walk.hops.items():
            hops[key] = min(hop, hops.get(key, hop))
    return hops
