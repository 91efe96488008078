"""How much affected things are used: runs within 30 days of the time of the graph, and when the last one began."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from catalog.aliases import is_dataset, is_job
from catalog.graph import Direction
from catalog.identity import FieldId, is_hashed, kind_of
from catalog.impact.actions import action
from catalog.impact.facets import NOBODY
from catalog.impact.report import Affected, Concern, ImpactReport
from catalog.instant import instant_of, sortable
from catalog.store.port import Range, Reader, Record, Space
from ontology.vocabulary import Rel

WINDOW_NS = 30 * 86_400 * 1_000_000_000
MAX_RUNS = 10_000
"""Runs of one job that are counted."""


@dataclass(frozen=True, slots=True)
class Usage:
    """``runs``: within the window; ``last_used``: when the latest run began, within it or before, epoch nanoseconds."""

    runs: int = 0
    last_used: int | None = None


def graph_time(reader: Reader, at: int | None) -> int | None:
    """``at``, else the effective time of the newest entry of the log; None: it has none."""
    if at is not None:
        return at
    newest = reader.log_in_order(None, 1, reverse=True)
    return instant_of(newest[0].order_key) if newest else None


def concerns_shown(
    reader: Reader, report: ImpactReport, items: Collection[Affected]
) -> Mapping[str, Concern]:
    """The concerns of items that are shown, with what to do and how much they are used: three questions, however many
    items.

    A job is used by its runs, a dataset, its fields and what exposes it by the runs of the jobs that read it. Of what
    else there is (an exposure) nothing is known.
    """
    until = report.used_until
    concerns = {item.key: _with_action(report, item) for item in items}
    if until is None:
        return concerns
    told = {item.key: _datasets(report, item) for item in items if not is_job(item.key)}
    jobs = _readers(reader, {key for keys in told.values() for key in keys}, report.at)
    used_by = {key: {job for one in keys for job in jobs[one]} for key, keys in told.items() if keys}
    used_by.update({item.key: {item.key} for item in items if is_job(item.key)})
    runs = _runs(reader, {job for found in used_by.values() for job in found}, until)
    for key, found in used_by.items():
        usage = _joined(runs[job] for job in found if job in runs)
        concerns[key] = replace(concerns[key], runs=usage.runs, last_used=usage.last_used)
    return concerns


def _with_action(report: ImpactReport, item: Affected) -> Concern:
    concern = report.concerns.get(item.key, NOBODY)
    return replace(concern, action=action(item, concern, report.names))


def _datasets(report: ImpactReport, item: Affected) -> tuple[str, ...]:
    """The keys of the datasets that are read where an item is used."""
    keys = (item.key, *item.aliases)
    if is_dataset(item.key):
        return keys
    if kind_of(item.key) == "field":
        return tuple({FieldId.parse(key).dataset.key for key in keys if not is_hashed(key)})
    return report.exposes.get(item.key, ())


def _readers(reader: Reader, datasets: Collection[str], at: int | None) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for edge in reader.edges(datasets, (Rel.CONSUMED_BY,), Direction.OUT, at) if datasets else ():
        found[edge.source].add(edge.target)
    return found


def _runs(reader: Reader, jobs: Collection[str], until: int) -> dict[str, Usage]:
    if not jobs:
        return {}
    high = sortable(until + 1)
    within = [Range(job, sortable(until - WINDOW_NS), high) for job in jobs]
    counted: dict[str, int] = defaultdict(int)
    for row in reader.scan(Space.RUN_ORDER, within, reverse=True, limit=MAX_RUNS):
        counted[row.partition] += 1
    last = reader.scan(Space.RUN_ORDER, [Range(job, None, high) for job in jobs], reverse=True, limit=1)
    return {row.partition: Usage(counted[row.partition], _begin(row)) for row in last}


def _begin(row: Record) -> int:
    return instant_of(row.sort)


def _joined(found: Iterable[Usage]) -> Usage:
    uses = [*found]
    last = max((one.last_used for one in uses if one.last_used is not None), default=None)
    return Usage(sum(one.runs for one in uses), last)
