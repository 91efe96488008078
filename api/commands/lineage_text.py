"""The answer of ``meshline lineage`` for people: nodes by hop, and on demand how each leads to the next."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import groupby

from api.answers import LineageAnswer, LineageEdge, LineageNode
from api.commands.lines import MAX_WIDTH, Line, field_home, field_path, filled, plural
from catalog.coverage import CoverageStatus, spoken
from catalog.identity import kind_of

_CONTINUED = " " * 6
_NOTHING = {
    "UPSTREAM": "It comes from nothing, as far as events tell.",
    "DOWNSTREAM": "It leads to nothing, as far as events tell.",
    "BOTH": "It comes from nothing and leads to nothing, as far as events tell.",
}


def lineage_lines(answer: LineageAnswer, width: int, *, edges: bool) -> Iterator[Line]:
    """The answer but its coverage: the nodes, nearest first, then with ``edges`` the ways between them."""
    when = "" if answer.as_of is None else f" as of {answer.as_of}"
    yield Line(f"{answer.direction.capitalize()} of {', '.join(map(spoken, answer.of))}{when}", "bold")
    asked = set(answer.of)
    shown = [node for node in answer.nodes if node.id not in asked]
    if not shown:
        unknown = answer.coverage.status == CoverageStatus.UNKNOWN
        yield Line(f"  {'Nothing is known there.' if unknown else _NOTHING[answer.direction]}")
    for hops, nodes in groupby(shown, key=lambda node: node.hops):
        yield Line(plural(hops, "hop") if hops else "From", "bold")
        yield from _nodes(list(nodes), min(width, MAX_WIDTH))
    if edges and answer.edges:
        yield Line("")
        yield Line("Edges", "bold")
        for edge in _edges(answer.edges, min(width, MAX_WIDTH)):
            yield Line(f"  {edge[0]}")
            yield from (Line(f"{_CONTINUED}{step}") for step in edge[1:])


def _nodes(nodes: Sequence[LineageNode], width: int) -> Iterator[Line]:
    """All but fields one by one; these by their dataset."""
    fields: dict[str, list[str]] = defaultdict(list)
    for node in nodes:
        path = field_path(node.id)
        if path:
            fields[field_home(node.id)].append(path)
        else:
            yield Line(f"  {kind_of(node.id):<7} {node.name}")
    for home, paths in fields.items():
        yield from map(Line, filled(f"  {home}:", paths, width))


def _edges(edges: Sequence[LineageEdge], width: int) -> list[tuple[str, ...]]:
    """``source -> job -> target``, and for columns ``source -(use, job)-> target``, on two lines if one is too long."""
    into: dict[str, list[str]] = defaultdict(list)
    out: dict[str, list[str]] = defaultdict(list)
    others: list[tuple[str, ...]] = []
    for edge in edges:
        if edge.job is not None and edge.job == edge.target:
            into[edge.job].append(spoken(edge.source))
        elif edge.job is not None and edge.job == edge.source:
            out[edge.job].append(spoken(edge.target))
        else:
            others.append(_edge(edge, width))
    through = [
        (" -> ".join(part for part in (source, spoken(job), target) if part),)
        for job in into.keys() | out.keys()
        for source in into.get(job, [""])
        for target in out.get(job, [""])
    ]
    return sorted(through + others)


def _edge(edge: LineageEdge, width: int) -> tuple[str, ...]:
    use = " ".join(part for part in (edge.use, *edge.subtypes) if part)
    how = ", ".join(part for part in (use, "" if edge.job is None else spoken(edge.job)) if part)
    source, step = spoken(edge.source), f"{f'-({how})->' if how else '->'} {spoken(edge.target)}"
    return (f"{source} {step}",) if len(source) + len(step) + 3 <= width else (source, step)
