"""The rule ``reach``: data of things with a tag comes to a thing along lineage.

Lineage is followed from dataset to dataset, over all names of each: a job writes from what it states, else from all
that it reads. A hop is one dataset further. What carries the tag is a dataset, all of a product or port, or the dataset
of a field. Data that a thing has itself does not come to it. An access agreement in force that covers what it comes
from, and is granted to the product that has the thing, allows it, unless ``unlessAgreed`` is false.
"""

from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from catalog.aliases import dataset_of, is_dataset
from catalog.coverage import spoken
from catalog.governance.checks.ground import Ground
from catalog.governance.checks.outcome import (
    HOLDS,
    NotEvaluated,
    Outcome,
    Outcomes,
    edge_step,
    only_if_known,
)
from catalog.governance.policy import LineageCheck
from catalog.governance.tags import carriers, is_known
from catalog.governance.things import nodes_at
from catalog.governance.verdict import Step
from catalog.graph import Direction, Edge, Node
from catalog.identity import kind_of
from catalog.lineage_steps import DatasetStep, Links
from catalog.lineage_view import is_explicit
from catalog.mesh.findings.context import takers
from ontology.vocabulary import Label, Rel

MAX_SHOWN = 5
_MAX_HOPS = 1_000
_LABELS = (Label.DATASET, Label.OUTPUT_PORT, Label.DATA_PRODUCT)


@dataclass(frozen=True, slots=True)
class _Start:
    """A tag, and what tells that something carries it."""

    tag: str
    step: Step


_Ways = Mapping[str, tuple[Edge, ...]]
"""By dataset (name of its class) a shortest way from one start."""


def judge(ground: Ground, check: LineageCheck, targets: Mapping[str, Node]) -> Outcomes:
    """What lineage says of datasets, ports and products. Raises NotEvaluated."""
    told = check.told
    if told.get("classifications"):
        raise NotEvaluated("Where classified data comes to is not evaluated yet.")
    if check.of not in _LABELS:
        raise NotEvaluated(f"What comes to a {check.of} is not evaluated yet.")
    if ground.gap is not None:
        raise NotEvaluated(ground.gap)
    tags, hops = told.get("tags"), told.get("hops")
    starts = _starts(ground, tags if isinstance(tags, tuple) else ())
    flow = _Flow(ground, starts, hops if isinstance(hops, int) else _MAX_HOPS)
    agreed = _Agreed(ground) if told.get("unlessAgreed", True) is True else None
    ground.view.classes.close_datasets(filter(is_dataset, targets))
    own = {key: _own(ground, key) for key in targets}
    coming = flow.coming(own)
    found = {key: _outcome(key, coming.get(key, {}), starts, agreed) for key in targets}
    return {key: only_if_known(one, flow.gap) for key, one in found.items()}


def _own(ground: Ground, key: str) -> set[str]:
    """The datasets of a dataset, port or product, by the names of their classes."""
    classes = ground.view.classes
    match kind_of(key):
        case "product":
            datasets = ground.mesh.members.datasets(key)
        case "output-port" | "schema":
            binding = ground.mesh.bindings.get(key)
            datasets = [] if binding is None else [one.dataset for one in binding.counting]
        case _:
            datasets = [key]
    return {classes.name(one) for one in datasets}


def _starts(ground: Ground, tags: Iterable[str]) -> dict[str, _Start]:
    """The datasets of what carries one of the tags, by the names of their classes."""
    found: dict[str, _Start] = {}
    for tag in tags:
        if not is_known(ground, tag):
            raise NotEvaluated(f"There is no tag {tag!r}.")
        for key, step in carriers(ground, tag).items():
            for name in _tagged(ground, key):
                found.setdefault(name, _Start(tag, step))
    return found


def _tagged(ground: Ground, key: str) -> set[str]:
    """The datasets that are meant by a thing that carries a tag."""
    declared, kind = ground.mesh.declared, kind_of(key)
    if kind == "field":
        home = dataset_of(key) or str(
            nodes_at(ground.reader, [key], ground.at)[key].properties.get("dataset")
        )
        key, kind = home, "dataset"
    match kind:
        case "dataset":
            ground.view.classes.close_datasets([key])
            return _own(ground, key)
        case "product" | "output-port" | "schema":
            return _own(ground, key)
        case "contract-version":
            schemas = declared.targets(key, Rel.HAS_SCHEMA)
            return {name for schema in schemas for name in _own(ground, schema)}
        case "contract":
            versions = declared.sources(key, Rel.VERSION_OF)
            return {name for version in versions for name in _tagged(ground, version)}
        case "input-port" | "exposure" | "system" | "component":
            return set()  # no data is theirs
    raise NotEvaluated(f"{spoken(key)} carries the tag, and which data that is is not known.")


class _Flow:
    """Lineage of datasets from some starts on, read hop by hop for all of them; ``gap``: what was not followed."""

    def __init__(self, ground: Ground, starts: Collection[str], hops: int) -> None:
        self._hops = hops
        self._ahead: dict[str, list[tuple[str, Edge]]] = defaultdict(list)
        self._starts = sorted(starts)
        links = Links()
        step = DatasetStep(ground.view, Direction.OUT, links)
        frontier = step.start(starts) if starts else set()
        seen = set(frontier)
        for _ in range(min(hops, _MAX_HOPS)):
            if not frontier:
                break
            frontier = step.expand(frontier) - seen
            seen |= frontier
        cut = links.full or (bool(frontier) and hops >= _MAX_HOPS)
        self.gap = "Lineage was not followed to its end." if cut else None
        for link, told in links.told.items():
            edges = [edge for edge in told if not (edge.type == Rel.PRODUCES and is_explicit(edge))]
            if edges:
                best = min(edges, key=lambda one: one.id)
                self._ahead[link.source].append((link.target, best))

    def coming(self, targets: Mapping[str, set[str]]) -> dict[str, dict[str, tuple[Edge, ...]]]:
        """By target the starts from which something comes to one of its datasets, each with a shortest way."""
        of_name: dict[str, list[str]] = defaultdict(list)
        for key, names in targets.items():
            for name in names:
                of_name[name].append(key)
        found: dict[str, dict[str, tuple[Edge, ...]]] = defaultdict(dict)
        for start in self._starts:
            for name, way in self._ways(start).items():
                for key in of_name.get(name, ()):
                    if start not in targets[key]:
                        found[key].setdefault(start, way)
        return found

    def _ways(self, start: str) -> _Ways:
        """A way to each dataset that is within the hops, by the fewest of them: a dataset costs one, a job none."""
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
        return {name: _way(before, name) for name in before if is_dataset(name) and name != start}


def _way(before: Mapping[str, tuple[str, Edge] | None], end: str) -> tuple[Edge, ...]:
    way: list[Edge] = []
    step = before[end]
    while step is not None:
        way.append(step[1])
        step = before[step[0]]
    return tuple(reversed(way))


@dataclass(frozen=True, slots=True)
class _Agreed:
    """What access agreements in force allow."""

    ground: Ground

    def allows(self, start: str, key: str) -> bool:
        """Whether the product that has a thing may take the data of a dataset."""
        mesh, context = self.ground.mesh, self.ground.context
        port = context.product_of_port(key) if kind_of(key) == "output-port" else None
        homes = {
            "product": (key,),
            "output-port": () if port is None else (port,),
        }.get(kind_of(key)) or mesh.members.products(key)
        offers = mesh.members.owning(start)
        data = {*mesh.binder.classes.members(start), *(one.product for one in offers)}
        data |= {one.port for one in offers if one.port is not None}
        granted = {
            taker
            for one in context.agreements
            if one.is_in_force and not data.isdisjoint(one.covers)
            for taker in takers(context.declared, one)
        }
        return bool(homes) and granted.issuperset(homes)


def _outcome(
    key: str, coming: Mapping[str, tuple[Edge, ...]], starts: Mapping[str, _Start], agreed: _Agreed | None
) -> Outcome:
    bad = [start for start in sorted(coming) if agreed is None or not agreed.allows(start, key)]
    if not bad:
        return HOLDS
    steps: list[Step] = []
    for start in bad[:MAX_SHOWN]:
        steps += [starts[start].step, *(edge_step(edge) for edge in coming[start])]
    more = f" and {len(bad) - 1} more" if len(bad) > 1 else ""
    message = f"Data of {spoken(bad[0])}{more}, tagged {starts[bad[0]].tag}, comes to {spoken(key)}."
    return Outcome(False, message, tuple(steps))
