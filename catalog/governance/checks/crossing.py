"""The rule ``crossing``: what reads a dataset of another domain that no output port serves.

A dataset is of the domains of the products that have it; of a product without a domain it is of none, and may be read.
A job is of the domains of the products that contain it, else of those whose datasets it writes. A domain within another
is another one.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from catalog.aliases import is_dataset
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
from catalog.governance.things import PAGE
from catalog.governance.verdict import Step
from catalog.graph import Direction, Edge, Node
from catalog.identity import ResourceId
from catalog.mesh.members import MemberKind
from catalog.store.port import batched
from ontology.vocabulary import Label, Rel

MAX_SHOWN = 10


def judge(ground: Ground, check: LineageCheck, targets: Mapping[str, Node]) -> Outcomes:
    """What the flow between products says of products, and what jobs read of jobs. Raises NotEvaluated."""
    if ground.gap is not None:
        raise NotEvaluated(ground.gap)
    open_ = check.told.get("except", ())
    homes = _Homes(ground, open_ if isinstance(open_, tuple) else ())
    if check.of == Label.DATA_PRODUCT:
        found = _products(ground, homes, targets)
        return {key: only_if_known(one, ground.gap) for key, one in found.items()}
    return _jobs(ground, homes, targets)


class _Homes:
    """Where datasets are at home, and what may be read from elsewhere. ``open_``: ids of domains open to all."""

    def __init__(self, ground: Ground, open_: Iterable[str]) -> None:
        self._members = ground.mesh.members
        self._declared = ground.mesh.declared
        self._open = {ResourceId("domain", (id_,)).key for id_ in open_}

    def names(self, dataset: str) -> str:
        """The domains of a dataset, as they are called."""
        own = self.of({one.product for one in self._members.owning(dataset)})
        return ", ".join(map(spoken, sorted(own)))

    def of(self, products: Iterable[str]) -> set[str]:
        """The domains of products."""
        return {domain for one in products if (domain := self._declared.domain(one)) is not None}

    def is_foreign(self, dataset: str, domains: set[str]) -> bool:
        """Whether a dataset is of other domains than these, and is neither served nor open to all."""
        owning = self._members.owning(dataset)
        own = self.of({one.product for one in owning})
        above = {up for domain in own for up in self._declared.domains(domain)}
        served = any(one.kind is MemberKind.OFFERED and one.port is not None for one in owning)
        return bool(own) and own.isdisjoint(domains) and not served and self._open.isdisjoint(above)

    def steps(self, dataset: str) -> list[Step]:
        """Whose a dataset is, and who says so."""
        owning = self._members.owning(dataset)
        told: dict[str, Edge] = {edge.id: edge for one in owning for edge in one.edges}
        for product in dict.fromkeys(one.product for one in owning):
            told |= {edge.id: edge for edge in self._declared.single(product, Rel.IN_DOMAIN)}
        none = Step(f"No output port serves {spoken(dataset)}.", dataset)
        return [*(edge_step(edge) for edge in list(told.values())[:MAX_SHOWN]), none]


def _products(ground: Ground, homes: _Homes, targets: Mapping[str, Node]) -> dict[str, Outcome]:
    read: dict[str, dict[str, tuple[Edge, ...]]] = defaultdict(dict)
    for edge in ground.context.graph.edges:
        if edge.target in targets:
            for route in edge.routes:
                if is_dataset(route.source) and homes.is_foreign(route.source, homes.of((edge.target,))):
                    read[edge.target].setdefault(route.source, route.edges)
    return {key: _outcome(homes, key, read[key]) if key in read else HOLDS for key in targets}


def _jobs(ground: Ground, homes: _Homes, targets: Mapping[str, Node]) -> dict[str, Outcome]:
    found: dict[str, Outcome] = {}
    for keys in batched(targets, PAGE):
        reading = ground.view.reads(keys, Direction.IN)
        own = {key: homes.of(products) for key, products in products_of_jobs(ground, keys).items()}
        read: dict[str, dict[str, tuple[Edge, ...]]] = defaultdict(dict)
        for edge in reading:
            if homes.is_foreign(edge.source, own[edge.target]):
                read[edge.target].setdefault(edge.source, (edge,))
        found |= {key: _outcome(homes, key, read[key]) if key in read else HOLDS for key in keys}
    return found


def products_of_jobs(ground: Ground, jobs: list[str]) -> dict[str, set[str]]:
    """The products that contain each job, else those whose datasets it writes."""
    members = ground.mesh.members
    found = {job: set(members.products(job)) for job in jobs}
    bare = [job for job, products in found.items() if not products]
    for edge in ground.view.writes(bare, Direction.OUT) if bare else ():
        found[edge.source] |= set(members.products(edge.target))
    return found


def _outcome(homes: _Homes, key: str, read: Mapping[str, tuple[Edge, ...]]) -> Outcome:
    datasets = sorted(read)
    steps = [
        step
        for dataset in datasets[:MAX_SHOWN]
        for step in (*(edge_step(edge) for edge in read[dataset]), *homes.steps(dataset))
    ]
    more = f" and {len(datasets) - 1} more" if len(datasets) > 1 else ""
    what = f"{spoken(datasets[0])}{more} of the domain {homes.names(datasets[0])}"
    return Outcome(False, f"{spoken(key)} reads {what}, which no output port serves.", tuple(steps))
