"""Lineage by brute force: an oracle that imports nothing from the catalog.

It knows a world as plain tuples and finds everything by relaxing all edges until nothing changes.
A class of datasets is the frozenset of its keys; a field is (class, path); a job is its key.
"""

from dataclasses import dataclass, field
from itertools import product
from typing import NamedTuple

Thing = object
DATASET, FIELD, JOB = "DATASET", "FIELD", "JOB"


class E(NamedTuple):
    """An edge: what the store holds, as plain values."""

    type: str
    source: str
    target: str
    via: str
    origin: str = "OBSERVED"
    properties: tuple[tuple[str, str | bool], ...] = ()
    start: int | None = None
    end: int | None = None

    def holds(self, at: int | None) -> bool:
        if at is None:
            return self.end is None
        return (self.start is None or self.start <= at) and (self.end is None or at < self.end)


class Edge(NamedTuple):
    """An edge of an answer."""

    source: Thing
    target: Thing
    job: str | None
    dataset: Thing | None
    kind: str | None


Told = tuple[frozenset[tuple[str, bool, str]], frozenset[str], int | None, int | None]


@dataclass
class Answer:
    """Hops by node, what tells each edge, and the (job, output) pairs that field lineage cannot cross."""

    hops: dict[Thing, int] = field(default_factory=dict)
    edges: dict[Edge, Told] = field(default_factory=dict)
    gaps: set[tuple[str, Thing]] = field(default_factory=set)


@dataclass
class World:
    """Labels by key; fields by key as (dataset key, path); edges."""

    labels: dict[str, str]
    fields: dict[str, tuple[str, str]]
    edges: list[E]


class Oracle:
    """One world as of one instant, seen with some origins."""

    def __init__(self, world: World, at: int | None, origins: frozenset[str] | None = None) -> None:
        self.world = world
        live = [edge for edge in world.edges if edge.holds(at)]
        self.classes = classes(world, live)
        self.known = {self.thing(edge.target) for edge in live if edge.type == "HAS_FIELD"}
        lineage = [edge for edge in live if origins is None or edge.origin in origins]
        self.reads = [edge for edge in lineage if edge.type == "CONSUMED_BY"]
        self.writes = [edge for edge in lineage if edge.type == "PRODUCES"]
        self.derivations = [edge for edge in lineage if edge.type == "HAD_DERIVATION"]
        self.passes = [edge for edge in lineage if edge.type == "PASSES_DATA_TO"]
        self.renames = [
            e for e in live if e.type == "RENAMED_TO" and (origins is None or "OBSERVED" in origins)
        ]
        self.columns = [edge for edge in lineage if edge.type in ("FEEDS", "INFLUENCES")]
        self.columns += self._renamed_fields([e for e in live if e.type == "HAS_FIELD"])

    def _renamed_fields(self, known: list[E]) -> list[E]:
        """A field of a renamed dataset goes on as the field of the same path, as if it were copied."""
        fields = {edge.target for edge in known}
        return [
            E("FEEDS", one, other, edge.via, edge.origin, (("subtype", "IDENTITY"),), edge.start, edge.end)
            for edge in self.renames
            for one, other in product(fields, fields)
            if self.thing(one) == (self.thing(edge.source), self.world.fields[other][1])
            and self.home(other) == self.thing(edge.target)
        ]

    def stated(self, job: str, output: Thing) -> list[E]:
        """What is told of a job's writing a dataset, where all of it states from which datasets that comes."""
        told = [edge for edge in self.writes if edge.source == job and self.thing(edge.target) == output]
        return told if all(_explicit(edge) for edge in told) else []

    def fed(self, homes: set[Thing], job: str) -> set[Thing]:
        """What a job writes that the datasets may feed: not what is stated to come from others."""
        plain = {self.thing(e.target) for e in self.writes if e.source == job and not _explicit(e)}
        told = [e for e in self.derivations if e.via == job and self.thing(e.source) in homes]
        return plain | {self.thing(edge.target) for edge in told}

    def thing(self, key: str) -> Thing:
        if key.startswith("field/"):
            dataset, path = self.world.fields[key]
            return (self.classes[dataset], path)
        return self.classes[key] if key.startswith("dataset/") else key

    def home(self, key: str) -> Thing:
        return self.classes[self.world.fields[key][0]] if key.startswith("field/") else self.classes[key]

    def fields_of(self, dataset: Thing) -> set[Thing]:
        return {known for known in self.known if isinstance(known, tuple) and known[0] == dataset}

    def column_pairs(self) -> list[tuple[Thing, Thing, E]]:
        """Every column edge from field to field; one to a dataset goes to each of its known fields."""
        pairs: list[tuple[Thing, Thing, E]] = []
        for edge in self.columns:
            wide = edge.target.startswith("dataset/")
            targets = self.fields_of(self.thing(edge.target)) if wide else {self.thing(edge.target)}
            pairs += [(self.thing(edge.source), target, edge) for target in targets]
        return pairs

    def lineage(self, roots: set[str], direction: str, level: str, depth: int | None) -> Answer:
        if direction == "BOTH":
            return _union(*(self.lineage(roots, way, level, depth) for way in ("IN", "OUT")))
        if level == FIELD:
            return self._field_lineage(roots, direction == "OUT", depth)
        if level == DATASET:
            return self._dataset_lineage(roots, direction == "OUT", depth)
        return self._job_lineage(roots, direction == "OUT", depth)

    def _field_lineage(self, roots: set[str], out: bool, depth: int | None) -> Answer:
        datasets = {self.thing(root) for root in roots if root.startswith("dataset/")}
        for root in roots:
            datasets |= {self.thing(e.target) for e in self.writes if out and e.source == root}
            datasets |= {self.thing(e.source) for e in self.reads if not out and e.target == root}
        starts = {self.thing(root) for root in roots if root.startswith("field/")}
        starts = starts.union(*(self.fields_of(dataset) for dataset in datasets))
        pairs = self.column_pairs()
        flow = [(source, target, 1) if out else (target, source, 1) for source, target, _ in pairs]
        answer = Answer(_distances(starts, flow, depth))
        grown: dict[Edge, list[E]] = {}
        for source, target, edge in pairs:
            if _before(answer, source if out else target, depth):
                job = edge.via if edge.via.startswith("job/") else None
                kind = "DIRECT" if edge.type == "FEEDS" else "INDIRECT"
                grown.setdefault(Edge(source, target, job, None, kind), []).append(edge)
        answer.edges = {edge: _told(edges) for edge, edges in grown.items()}
        expanded = datasets | {
            thing[0] for thing in answer.hops if isinstance(thing, tuple) and _before(answer, thing, depth)
        }
        answer.gaps = self._gaps(expanded, out, set(answer.edges))
        return answer

    def _gaps(self, homes: set[Thing], out: bool, edges: set[Edge]) -> set[tuple[str, Thing]]:
        readers = {edge.target for edge in self.reads if self.thing(edge.source) in homes}
        if out:
            pairs = {(job, output) for job in readers for output in self.fed(homes, job)}
        else:
            written = [edge for edge in self.writes if self.thing(edge.target) in homes]
            pairs = {(edge.source, self.thing(edge.target)) for edge in written}
        partial = {
            pair for pair in pairs if any(("partial", True) in e.properties for e in self.stated(*pair))
        }
        pairs = {pair for pair in pairs if not self.stated(*pair)}
        told = {(edge.job, edge.target[0]) for edge in edges if isinstance(edge.target, tuple)}
        for edge in self.columns:
            if edge.target.startswith("dataset/") or self.thing(edge.target) in self.known:
                told.add((edge.via, self.home(edge.target)))
        reading = {edge.target for edge in self.reads}
        return {pair for pair in (pairs - told) | partial if pair[0] in reading}

    def _dataset_lineage(self, roots: set[str], out: bool, depth: int | None) -> Answer:
        starts = {self.home(root) if root.startswith("field/") else self.thing(root) for root in roots}
        hops: dict[Thing, int] = dict.fromkeys(starts, 0)
        entering = [(self.thing(e.source), e.target, e) for e in self.reads]
        leaving = [(e.source, self.thing(e.target), e) for e in self.writes]
        if not out:
            flip = [(target, source, edge) for source, target, edge in leaving]
            leaving = [(target, source, edge) for source, target, edge in entering]
            entering = flip
        bare = [(self.thing(e.source), self.thing(e.target), e) for e in [*self.derivations, *self.renames]]
        past = [(s, t, e) if out else (t, s, e) for s, t, e in bare]
        passing = [(e.source, e.target, e) if out else (e.target, e.source, e) for e in self.passes]
        leading = [one for one in leaving if not (out and _explicit(one[2])) or one[0] in starts]
        expanded: dict[Thing, int] = {start: 1 for start in starts if isinstance(start, str)}
        changed = True
        while changed:
            changed = False
            for near, far, edge in [*entering, *past]:
                changed |= _relax(hops, near, far, 1)
                if isinstance(far, str) and not (_explicit(edge) and not out) and near in hops:
                    changed |= _lower(expanded, far, hops[near] + 1)
            for job, far, _edge in [*leading, *passing]:
                if job in expanded:
                    changed |= _lower(hops, far, expanded[job])
                    changed |= isinstance(far, str) and _lower(expanded, far, expanded[job])
        answer = Answer({thing: hop for thing, hop in hops.items() if depth is None or hop <= depth})
        grown: dict[Edge, list[E]] = {}
        for near, far, edge in [*entering, *past]:
            if _before(answer, near, depth):
                grown.setdefault(_flow(near, far, _teller(edge), out), []).append(edge)
        for job, far, edge in [*leading, *passing]:
            if job in expanded and (depth is None or expanded[job] <= depth):
                grown.setdefault(_flow(job, far, _teller(edge), out), []).append(edge)
        answer.edges = {edge: _told(edges) for edge, edges in grown.items()}
        return answer

    def _job_lineage(self, roots: set[str], out: bool, depth: int | None) -> Answer:
        starts = {self.home(root) if root.startswith("field/") else self.thing(root) for root in roots}
        flow: dict[Edge, list[tuple[E, ...]]] = {}
        for write, read in product(self.writes, self.reads):
            if self.thing(write.target) == self.thing(read.source):
                edge = Edge(write.source, read.target, None, self.thing(write.target), None)
                flow.setdefault(edge, []).append((write, read))
        for only in self.reads if out else self.writes:
            dataset = self.thing(only.source if out else only.target)
            if dataset in starts:
                job = only.target if out else only.source
                ends = (dataset, job) if out else (job, dataset)
                flow.setdefault(Edge(ends[0], ends[1], job, dataset, None), []).append((only,))
        for passed in self.passes:
            flow.setdefault(Edge(passed.source, passed.target, passed.via, None, None), []).append((passed,))
        steps = [(e.source, e.target, 1) if out else (e.target, e.source, 1) for e in flow]
        answer = Answer(_distances(starts, steps, depth))
        for edge, told in flow.items():
            if _before(answer, edge.source if out else edge.target, depth):
                answer.edges[edge] = _told([part for parts in told for part in _overlap(parts)])
        return answer


def _flow(near: Thing, far: Thing, job: str | None, out: bool) -> Edge:
    return Edge(near, far, job, None, None) if out else Edge(far, near, job, None, None)


def _explicit(edge: E) -> bool:
    return ("explicit", True) in edge.properties


def _teller(edge: E) -> str | None:
    return edge.via if edge.via.startswith("job/") else None


def _lower(hops: dict[Thing, int], thing: Thing, hop: int) -> bool:
    if hops.get(thing, 10**9) <= hop:
        return False
    hops[thing] = hop
    return True


def _before(answer: Answer, thing: Thing, depth: int | None) -> bool:
    """Whether the walk went on from here."""
    return thing in answer.hops and (depth is None or answer.hops[thing] < depth)


def _relax(hops: dict[Thing, int], near: Thing, far: Thing, cost: int) -> bool:
    if near not in hops or hops.get(far, 10**9) <= hops[near] + cost:
        return False
    hops[far] = hops[near] + cost
    return True


def _distances(
    starts: set[Thing], flow: list[tuple[Thing, Thing, int]], depth: int | None
) -> dict[Thing, int]:
    hops = dict.fromkeys(starts, 0)
    while any(_relax(hops, *step) for step in flow):
        pass
    return {thing: hop for thing, hop in hops.items() if depth is None or hop <= depth}


def _told(edges: list[E]) -> Told:
    transformations = frozenset(
        (str(named.get("subtype", "")), bool(named.get("masking", False)), str(named.get("description", "")))
        for edge in edges
        if (named := dict(edge.properties)) and "explicit" not in named
    )
    starts, ends = [edge.start for edge in edges], [edge.end for edge in edges]
    start = None if None in starts else min(start for start in starts if start is not None)
    end = None if None in ends else max(end for end in ends if end is not None)
    return (transformations, frozenset(edge.origin for edge in edges), start, end)


def _overlap(parts: tuple[E, ...]) -> list[E]:
    starts = [part.start for part in parts if part.start is not None]
    ends = [part.end for part in parts if part.end is not None]
    return [part._replace(start=max(starts, default=None), end=min(ends, default=None)) for part in parts]


def _union(one: Answer, other: Answer) -> Answer:
    both = one.hops.keys() | other.hops.keys()
    hops = {thing: min(half.hops[thing] for half in (one, other) if thing in half.hops) for thing in both}
    return Answer(hops, one.edges | other.edges, one.gaps | other.gaps)


def classes(world: World, live: list[E]) -> dict[str, Thing]:
    """The class of each dataset: joined by all links that may be believed."""
    datasets = [key for key in world.labels if key.startswith("dataset/")]
    links = [edge for edge in live if edge.type == "ALIAS_OF"]
    sure = [(link.source, link.target) for link in links if link.via == link.source]
    groups = _joined(datasets, sure)
    whole = _joined(datasets, [(link.source, link.target) for link in links])
    fields = {
        group: {
            world.fields[edge.target][1]
            for edge in live
            if edge.type == "HAS_FIELD" and edge.source in strong
        }
        for group in set(groups.values())
        if (strong := {key for key in group if world.labels[key] == "Dataset"})
    }
    followed = list(sure)
    for component in set(whole.values()):
        inside = [(edge.source, edge.target) for edge in links if edge.source in component]
        told = [group for group in fields if group <= component and fields[group]]
        if any(_differ(fields[one], fields[other]) for one in told for other in told):
            inside = _believed(inside, groups, {group: fields[group] for group in told})
        followed += inside
    return dict(_joined(datasets, followed))


def _believed(
    links: list[tuple[str, str]], groups: dict[str, frozenset[str]], fields: dict[frozenset[str], set[str]]
) -> list[tuple[str, str]]:
    """Between names of the same fields; and to a name without fields, if only one leads to it."""
    followed = [
        link
        for link in links
        if all(groups[end] in fields for end in link)
        and not _differ(fields[groups[link[0]]], fields[groups[link[1]]])
    ]
    followed += [(member, other) for group in set(groups.values()) for member in group for other in group]
    while True:
        blocks = _joined(list(groups), followed)
        for block in set(blocks.values()):
            around = {blocks[a if b in block else b] for a, b in links if (a in block) != (b in block)}
            if len(around) == 1 and not any(groups[key] in fields for key in block):
                (only,) = around
                followed += [link for link in links if {blocks[end] for end in link} == {block, only}]
                break
        else:
            return [link for link in links if blocks[link[0]] == blocks[link[1]]]


def _differ(one: set[str], other: set[str]) -> bool:
    return 2 * len(one & other) <= min(len(one), len(other))


def _joined(keys: list[str], links: list[tuple[str, str]]) -> dict[str, frozenset[str]]:
    joined = {key: frozenset((key,)) for key in keys}
    changed = True
    while changed:
        changed = False
        for source, target in links:
            both = joined[source] | joined[target]
            for member in both:
                if joined[member] != both:
                    joined[member] = both
                    changed = True
    return joined
