"""Figures of a dataset: ``dataQualityMetrics`` (1-0-0, of inputs 1-0-3), ``inputStatistics``, ``outputStatistics``."""

from dataclasses import dataclass
from typing import Any

from ingest.facets.members import Members
from ingest.problems import Problems

Number = int | float


@dataclass(frozen=True, slots=True)
class ColumnMetrics:
    """Figures of one column. ``quantiles``: (quantile, value), in order."""

    column: str
    null_count: int | None = None
    distinct_count: int | None = None
    sum: Number | None = None
    count: Number | None = None
    min: Number | None = None
    max: Number | None = None
    quantiles: tuple[tuple[str, Number], ...] = ()


@dataclass(frozen=True, slots=True)
class Metrics:
    """Figures of a dataset as somebody measured it; ``bytes`` is its size, ``last_updated`` is in UTC."""

    row_count: int | None = None
    bytes: int | None = None
    file_count: int | None = None
    last_updated: str | None = None
    columns: tuple[ColumnMetrics, ...] = ()


@dataclass(frozen=True, slots=True)
class Statistics:
    """How much a run read or wrote of a dataset."""

    row_count: int | None = None
    bytes: int | None = None
    file_count: int | None = None


def read_metrics(facet: dict[str, Any], path: str, problems: Problems) -> Metrics:
    """The figures of a dataset, and of its columns in the order of their names."""
    members = Members(facet, path, problems)
    columns = members.object("columnMetrics", required=True)
    named = () if columns is None else sorted(columns.owner)
    found = [_column(name, one) for name in named if columns and (one := columns.object(name))]
    return Metrics(
        members.whole("rowCount"),
        members.whole("bytes"),
        members.whole("fileCount"),
        members.instant("lastUpdated"),
        tuple(found),
    )


def read_statistics(facet: dict[str, Any], path: str, problems: Problems) -> Statistics:
    """What a run read of an input, or wrote of an output."""
    members = Members(facet, path, problems)
    return Statistics(members.whole("rowCount"), members.whole("size"), members.whole("fileCount"))


def _column(name: str, members: Members) -> ColumnMetrics:
    return ColumnMetrics(
        name,
        members.whole("nullCount"),
        members.whole("distinctCount"),
        members.number("sum"),
        members.number("count"),
        members.number("min"),
        members.number("max"),
        tuple(_quantiles(members)),
    )


def _quantiles(members: Members) -> list[tuple[str, Number]]:
    quantiles = members.object("quantiles")
    if quantiles is None:
        return []
    found = ((quantile, quantiles.number(quantile)) for quantile in quantiles.owner)
    return sorted(((quantile, value) for quantile, value in found if value is not None), key=_quantile)


def _quantile(pair: tuple[str, Number]) -> tuple[float, str]:
    try:
        return float(pair[0]), pair[0]
    except ValueError:
        return float("inf"), pair[0]
