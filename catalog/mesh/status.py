"""How the pipelines of products are: last run, last success, freshness and quality against the objectives."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from catalog.aliases import is_job
from catalog.coverage import spoken
from catalog.graph import Direction
from catalog.mesh.binder import Binder
from catalog.mesh.checks import FailedCheck, Quality, quality
from catalog.mesh.declared import Declared
from catalog.mesh.members import MemberKind, Members
from catalog.mesh.runs import LastRuns, RunSeen, joined, last_runs
from catalog.mesh.slo import SloStatus, freshness, is_freshness
from ontology.vocabulary import Rel

MAX_FAILED = 100
"""Failed checks that are listed of one thing; all are counted."""


class Health(StrEnum):
    """The worst that is known. FAILING: the last run failed. LATE: an objective on freshness is missed. FLAWED: a check
    fails or another objective is missed. HEALTHY: the last run succeeded. UNKNOWN: no run is known."""

    HEALTHY = "HEALTHY"
    FLAWED = "FLAWED"
    LATE = "LATE"
    FAILING = "FAILING"
    UNKNOWN = "UNKNOWN"


_RANK = {Health.UNKNOWN: 0, Health.HEALTHY: 1, Health.FLAWED: 2, Health.LATE: 3, Health.FAILING: 4}


@dataclass(frozen=True, slots=True)
class PortStatus:
    """How what a port gives access to is. ``jobs``: those that write its datasets."""

    port: str
    datasets: tuple[str, ...]
    jobs: tuple[str, ...]
    last_run: RunSeen | None
    last_success: RunSeen | None
    age_s: int | None
    slos: tuple[SloStatus, ...]
    checks: int
    failed_count: int
    failed: tuple[FailedCheck, ...]
    health: Health
    reason: str


@dataclass(frozen=True, slots=True)
class ProductStatus:
    """How a product is: the worst of its output ports; of one without any, how its jobs run."""

    product: str
    jobs: tuple[str, ...]
    last_run: RunSeen | None
    last_success: RunSeen | None
    age_s: int | None
    ports: tuple[PortStatus, ...]
    checks: int
    failed_count: int
    health: Health
    reason: str


def product_statuses(
    binder: Binder, members: Members, products: Collection[str], now_ns: int
) -> dict[str, ProductStatus]:
    """The status of products at ``now_ns``: a fixed number of questions, however many products there are."""
    declared = binder.declared
    datasets = {key for product in products for key in members.datasets(product)}
    writers = _writers(binder, datasets)
    jobs = {job for found in writers.values() for job in found}
    jobs |= {job for product in products for job in members.jobs(product)}
    runs = last_runs(declared.reader, jobs, declared.at)
    seen = _Seen(
        declared, writers, runs, quality(declared.reader, binder.classes, datasets, declared.at), now_ns
    )
    return {product: _product(product, members, seen) for product in products}


def _writers(binder: Binder, datasets: Collection[str]) -> dict[str, set[str]]:
    """The jobs that write each dataset, under any of its names."""
    found: dict[str, set[str]] = defaultdict(set)
    names = {binder.classes.name(key): key for key in datasets}
    keys = binder.classes.keys(names)
    declared = binder.declared
    for edge in declared.reader.edges(keys, (Rel.PRODUCES,), Direction.IN, declared.at) if keys else ():
        found[names[binder.classes.name(edge.target)]].add(edge.source)
    return found


@dataclass(frozen=True, slots=True)
class _Seen:
    """What is known of the datasets and jobs of some products."""

    declared: Declared
    writers: Mapping[str, set[str]]
    runs: Mapping[str, LastRuns]
    quality: Mapping[str, Quality]
    now_ns: int

    def jobs(self, datasets: Iterable[str]) -> tuple[str, ...]:
        return tuple(sorted({job for key in datasets for job in self.writers.get(key, ())}))

    def last(self, jobs: Iterable[str]) -> LastRuns:
        return joined([self.runs[job] for job in jobs if job in self.runs])

    def oldest_success(self, datasets: Iterable[str]) -> RunSeen | None:
        """The success that decides how fresh several datasets are: that of the stalest."""
        found = [self.last(self.jobs((key,))).success for key in datasets if self.writers.get(key)]
        known = [one for one in found if one is not None]
        return min(known, key=_end) if known and len(known) == len(found) else None

    def failed(self, datasets: Iterable[str]) -> tuple[FailedCheck, ...]:
        return tuple(check for key in datasets for check in self.quality.get(key, Quality()).failed)

    def checks(self, datasets: Iterable[str]) -> int:
        return sum(self.quality.get(key, Quality()).checks for key in datasets)

    def age_s(self, run: RunSeen | None) -> int | None:
        return None if run is None else max(0, self.now_ns - _end(run)) // 1_000_000_000


def _end(run: RunSeen) -> int:
    return run.ended_at or run.started_at


def _product(product: str, members: Members, seen: _Seen) -> ProductStatus:
    datasets = members.datasets(product)
    jobs = tuple(sorted({*seen.jobs(datasets), *members.jobs(product)}))
    served: dict[str, set[str]] = defaultdict(set)
    for one in members.of_product(product):
        if one.port is not None and one.kind is MemberKind.OFFERED and not is_job(one.member):
            served[one.port].add(one.member)
    outputs = seen.declared.targets(product, Rel.HAS_OUTPUT_PORT)
    ports = tuple(_port(port, tuple(sorted(served[port])), seen) for port in outputs)
    last = seen.last(jobs)
    health, reason = _worst(ports, last)
    failed = seen.failed(datasets)
    return ProductStatus(
        *(product, jobs, last.last, last.success, seen.age_s(last.success), ports),
        *(seen.checks(datasets), len(failed), health, reason),
    )


def _worst(ports: tuple[PortStatus, ...], last: LastRuns) -> tuple[Health, str]:
    known = [port for port in ports if port.health is not Health.UNKNOWN]
    if known:
        worst = max(known, key=lambda port: (_RANK[port.health], port.port))
        return worst.health, worst.reason
    return _of_runs(last)


def _of_runs(last: LastRuns) -> tuple[Health, str]:
    if last.last is None:
        return Health.UNKNOWN, "No run of a job that writes its data is known."
    if last.failing_since is not None:
        return Health.FAILING, f"The last run of {spoken(last.last.job)} did not succeed."
    if last.success is None:
        return Health.UNKNOWN, "No run that succeeded is known."
    return Health.HEALTHY, "The last run succeeded."


def _port(port: str, datasets: tuple[str, ...], seen: _Seen) -> PortStatus:
    jobs = seen.jobs(datasets)
    last, success = seen.last(jobs), seen.oldest_success(datasets)
    slos = tuple(_slo(slo, metric, success, seen) for slo, metric in objectives(seen.declared, port))
    failed = seen.failed(datasets)
    health, reason = _of_runs(last)
    late = [slo for slo in slos if slo.met is False]
    if health is not Health.FAILING and late:
        health, reason = Health.LATE, late[0].reason
    elif health in (Health.HEALTHY, Health.UNKNOWN) and failed:
        health, reason = Health.FLAWED, f"{len(failed)} of {seen.checks(datasets)} checks fail."
    return PortStatus(
        *(port, datasets, jobs, last.last, success, seen.age_s(success), slos),
        *(seen.checks(datasets), len(failed), failed[:MAX_FAILED], health, reason),
    )


def objectives(declared: Declared, port: str) -> list[tuple[str, str | None]]:
    """The service level objectives of a port and of the contracts that govern it, each with the name of its metric."""
    holders = [port, *declared.targets(port, Rel.GOVERNED_BY)]
    slos = sorted({slo for holder in holders for slo in declared.targets(holder, Rel.HAS_SLO)})
    return [(slo, _metric(declared, slo)) for slo in slos if slo in declared.nodes]


def _metric(declared: Declared, slo: str) -> str | None:
    metrics = declared.targets(slo, Rel.ON_METRIC)
    return declared.name(metrics[0]) if metrics else None


def _slo(key: str, metric: str | None, success: RunSeen | None, seen: _Seen) -> SloStatus:
    slo = seen.declared.nodes[key]
    if is_freshness(slo, metric):
        return freshness(slo, None if success is None else _end(success), seen.now_ns)
    unit = slo.properties.get("unit")
    return SloStatus(
        slo=key,
        name=str(slo.properties.get("name", key)),
        operator=str(slo.properties.get("operator", "")),
        threshold=str(slo.properties.get("threshold", "")),
        unit=None if unit is None else str(unit),
        measured=None,
        met=None,
        reason="Meshline does not measure this.",
    )
