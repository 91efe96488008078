"""The lineage walk, written once for every store: level by level, a few set-wise questions for each hop.

``walk`` follows data downstream (OUT), upstream (IN) or both ways, as of one instant, at one of three levels.
Hops are shortest distances; every edge comes once; names of one alias class are one node, at no cost.
"""

from collections.abc import Collection
from dataclasses import dataclass

from catalog.aliases import is_job
from catalog.column_gaps import column_gaps
from catalog.coverage import (
    Coverage,
    Reason,
    coverage,
    extraction_error,
    no_fields,
    too_deep,
    too_many_edges,
    too_many_nodes,
)
from catalog.errors import InvalidQuery, UnknownNode
from catalog.fold.edges import told_by_document
from catalog.graph import Direction, Edge
from catalog.lineage_shown import LineageNode, Shown, Transformation, transformations
from catalog.lineage_steps import STEPS, FieldStep, Kind, Level, Link, Links, Step
from catalog.lineage_view import View
from catalog.store.port import Reader
from catalog.unknown import not_known_then, without_lineage
from ontology.vocabulary import Origin

__all__ = ["Kind", "Level", "Lineage", "LineageEdge", "LineageNode", "Transformation", "walk"]

MAX_NODES = 10_000
_ROOT_KINDS = ("dataset/", "field/", "job/")


@dataclass(frozen=True, slots=True)
class LineageEdge:
    """One edge, as data flows. ``job`` tells it, if a job does; ``dataset`` is what two jobs share.

    Valid in [valid_from, valid_to), the widest of the stretches that hold at the instant asked for. ``documents``: the
    keys of those that tell it.
    """

    source: str
    target: str
    job: str | None
    dataset: str | None
    kind: Kind | None
    transformations: tuple[Transformation, ...]
    origins: tuple[str, ...]
    valid_from: int | None
    valid_to: int | None
    documents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lineage:
    """The answer: nodes by (hops, key), edges by (source, target, …), and what it does not know."""

    nodes: tuple[LineageNode, ...]
    edges: tuple[LineageEdge, ...]
    coverage: Coverage


def walk(
    reader: Reader,
    roots: Collection[str],
    *,
    direction: Direction,
    level: Level = Level.DATASET,
    depth: int | None = None,
    at: int | None = None,
    origins: frozenset[str] | None = None,
    max_nodes: int = MAX_NODES,
) -> Lineage:
    """What the roots lead to (OUT), come from (IN) or both, within ``depth`` hops and ``max_nodes`` nodes.

    ``at`` is an instant in nanoseconds, None is now; ``origins`` None takes every one. Roots may be datasets,
    fields and jobs at any level. Raises UnknownNode and InvalidQuery.
    """
    _check(reader, roots, depth, max_nodes)
    view = View(reader, at, origins)
    trails = [
        Trail(view, level, way, depth, max_nodes).follow(roots)
        for way in ((Direction.IN, Direction.OUT) if direction is Direction.BOTH else (direction,))
    ]
    return _answer(view, roots, trails, max_nodes)


def _check(reader: Reader, roots: Collection[str], depth: int | None, max_nodes: int) -> None:
    if not roots:
        raise InvalidQuery("No node to start from.", "Name at least one dataset, field or job.")
    if depth is not None and depth < 0:
        raise InvalidQuery(f"Depth {depth} is negative.", "Leave it out to walk to the end.")
    if max_nodes < 1:
        raise InvalidQuery(f"A bound of {max_nodes} nodes leaves no answer.", f"The default is {MAX_NODES}.")
    found = reader.nodes(roots)
    missing = sorted(set(roots) - found.keys())
    if missing:
        raise UnknownNode(f"Nothing is known of {', '.join(missing[:5])}.", "Search for its name.")
    other = sorted(key for key in found if not key.startswith(_ROOT_KINDS))
    if other:
        raise InvalidQuery(
            f"Lineage does not start from {', '.join(other[:5])}.", "Name a dataset, field or job."
        )


class Trail:
    """One walk in one direction: hops by name, links, and the reasons why there may be more.

    ``beside``: jobs that read (OUT) or write (IN) datasets of the fields on the way, whether or not they use these.
    """

    def __init__(
        self, view: View, level: Level, direction: Direction, depth: int | None, max_nodes: int
    ) -> None:
        self.hops: dict[str, int] = {}
        self.links = Links()
        self.reasons: list[Reason] = []
        self.beside: set[str] = set()
        self._view = view
        self._direction = direction
        self._depth = depth
        self._max_nodes = max_nodes
        self._step: Step = STEPS[level](view, direction, self.links)

    def follow(self, roots: Collection[str]) -> "Trail":
        """Walk to the end or to a bound."""
        hop = 0
        frontier = self._enter(self._step.start(roots), hop)
        while frontier and (self._depth is None or hop < self._depth) and not self.reasons:
            hop += 1
            frontier = self._enter(self._step.expand(frontier), hop)
        if frontier and not self.reasons and self._depth is not None:
            self.reasons.append(too_deep(self._depth, len(frontier)))
        if self.links.full:
            self.reasons.append(too_many_edges(len(self.links.told)))
        if isinstance(self._step, FieldStep):
            self.reasons += [no_fields(dataset) for dataset in self._step.empty]
            self.reasons += self._column_gaps(self._step.homes)
        return self

    def _enter(self, names: set[str], hop: int) -> set[str]:
        fresh = names - self.hops.keys()
        room = self._max_nodes - len(self.hops)
        if len(fresh) > room:
            self.reasons.append(too_many_nodes(self._max_nodes))
            fresh = set(sorted(fresh)[:room])
        self.hops.update(dict.fromkeys(fresh, hop))
        return fresh

    def _column_gaps(self, homes: set[str]) -> list[Reason]:
        """Jobs on the way that told no column lineage for an output: a way on that fields do not show."""
        view = self._view
        told = {
            (link.job, view.home(link.target))
            for link, edges in self.links.told.items()
            if any(edge.origin != Origin.PARSED for edge in edges)
        }
        gaps = column_gaps(view, homes, self._direction, told)
        self.beside |= gaps.beside
        return [view.gap(job, outputs) for job, outputs in gaps.outputs.items()]


def _answer(view: View, roots: Collection[str], trails: list[Trail], max_nodes: int) -> Lineage:
    hops: dict[str, int] = {}
    told: dict[Link, list[Edge]] = {}
    for trail in trails:
        for name, hop in trail.hops.items():
            hops[name] = min(hop, hops.get(name, hop))
        told.update(trail.links.told)
    reasons = [reason for trail in trails for reason in trail.reasons]
    if len(hops) > max_nodes:
        hops = dict(sorted(hops.items(), key=lambda item: (item[1], item[0]))[:max_nodes])
        reasons.append(too_many_nodes(max_nodes))
    shown = Shown(view, hops)
    nodes = [shown.node(name, hop) for name, hop in hops.items()]
    nodes.sort(key=lambda node: (node.hops, node.key))
    kept = {link: edges for link, edges in told.items() if link.source in hops and link.target in hops}
    edges = sorted((_edge(shown, link, edges) for link, edges in kept.items()), key=_edge_order)
    reasons += shown.reasons(hops)
    jobs = {name for name in hops if is_job(name)} | {link.job for link in kept if link.job is not None}
    reasons += [extraction_error(gap) for gap in view.gaps(jobs.union(*(trail.beside for trail in trails)))]
    reasons += not_known_then(view, roots)
    if view.has_all_origins:
        known = {end for link in kept for end in (link.source, link.target)}
        known.update(key for reason in reasons for key in reason.keys)
        reasons += without_lineage(view, roots, known)
    return Lineage(
        tuple(nodes), tuple(edges), coverage(reasons, len(nodes), view.edges_read, followed=bool(edges))
    )


def _edge(shown: Shown, link: Link, told: list[Edge]) -> LineageEdge:
    begins, ends = [edge.valid_from for edge in told], [edge.valid_to for edge in told]
    return LineageEdge(
        shown.key(link.source),
        shown.key(link.target),
        link.job,
        None if link.dataset is None else shown.key(link.dataset),
        link.kind,
        transformations(told),
        tuple(sorted({edge.origin for edge in told})),
        None if None in begins else min(begin for begin in begins if begin is not None),
        None if None in ends else max(end for end in ends if end is not None),
        tuple(sorted({edge.via for edge in told if told_by_document(edge)})),
    )


def _edge_order(edge: LineageEdge) -> tuple[str, str, str, str, str]:
    return (edge.source, edge.target, edge.job or "", edge.dataset or "", edge.kind or "")
