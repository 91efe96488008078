"""The report: what was measured, as tables for people and as JSON."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.figures import ExportRow, IngestRow, LoadRow, WalkRow
from bench.machine import Machine

TARGET_RATIO = 1 / 3


@dataclass(frozen=True, slots=True)
class Engine:
    """A store that was measured."""

    store: str
    version: str
    durability: str


@dataclass(slots=True)
class Report:
    """Everything that one run has measured."""

    machine: Machine
    command: str
    engines: list[Engine] = field(default_factory=list)
    ingest: list[IngestRow] = field(default_factory=list)
    loads: list[LoadRow] = field(default_factory=list)
    walks: list[WalkRow] = field(default_factory=list)
    exports: list[ExportRow] = field(default_factory=list)

    def json(self) -> dict[str, Any]:
        """All rows as plain values, with the ratios that follow from them."""
        ratios = [
            {"store": first.store, "workload": first.workload, "endpoint": first.endpoint}
            | {"clients": first.clients, "cpu_repeat_to_first": ratio}
            for first, _, ratio in ratios_of(self.ingest)
        ]
        return {**asdict(self), "ratios": ratios}


def ratios_of(rows: Sequence[IngestRow]) -> list[tuple[IngestRow, IngestRow, float]]:
    """For each case its two phases, and the CPU of a repeated event as a part of that of a first one."""
    firsts = {row.case: row for row in rows if row.phase == "first"}
    repeats = {row.case: row for row in rows if row.phase == "repeat"}
    return [
        (first, repeats[case], repeats[case].cpu_ms / first.cpu_ms)
        for case, first in firsts.items()
        if case in repeats and first.cpu_ms
    ]


def show(report: Report, console: Console) -> None:
    """Print the whole report."""
    console.print(f"Machine: {report.machine.line()}", markup=False)
    console.print(f"Command: {report.command}", markup=False)
    for engine in report.engines:
        console.print(f"{engine.version}: {engine.durability}", markup=False)
    if report.ingest:
        console.print(_ingest_table(report.ingest))
        console.print(_ratio_table(report.ingest))
    if report.loads:
        console.print(_load_table(report.loads))
    if report.walks:
        console.print(_walk_table(report.walks))
    if report.exports:
        console.print(_export_table(report.exports))


def _table(title: str, texts: str, numbers: str) -> Table:
    """A table with these columns (separated by |): texts to the left, numbers to the right."""
    table = Table(title=title, title_justify="left", title_style="bold")
    for name in texts.split("|"):
        table.add_column(name, no_wrap=True)
    for name in numbers.split("|"):
        table.add_column(name, justify="right")
    return table


def _ingest_table(rows: Sequence[IngestRow]) -> Table:
    table = _table(
        "Ingest over HTTP (p50 and p95 of a request; service, store and client: CPU ms for each event)",
        "store|workload|sent as|phase",
        "clients|events|bytes|events/s|p50 ms|p95 ms|service|store|client|client busy",
    )
    for row in rows:
        table.add_row(
            *(row.store, row.workload, row.endpoint, row.phase),
            *(str(row.clients), f"{row.events:,}", f"{row.event_bytes:,}"),
            *(_number(row.events_per_s), _number(row.request_p50_ms), _number(row.request_p95_ms)),
            *(_number(row.service_cpu_ms), _number(row.store_cpu_ms), _number(row.client_cpu_ms)),
            f"{row.client_busy:.0%}",
        )
    return table


def _ratio_table(rows: Sequence[IngestRow]) -> Table:
    table = _table(
        f"A repeat beside a first sighting (aim: at most {TARGET_RATIO:.2f} of its CPU)",
        "store|workload|sent as",
        "clients|CPU first ms|CPU repeat ms|repeat / first",
    )
    for first, repeat, ratio in ratios_of(rows):
        table.add_row(
            *(first.store, first.workload, first.endpoint, str(first.clients)),
            *(_number(first.cpu_ms), _number(repeat.cpu_ms), f"{ratio:.2f}"),
        )
    return table


def _load_table(rows: Sequence[LoadRow]) -> Table:
    table = _table("Generated graphs, written through the store port", "store|graph", "nodes|edges|edges/s")
    for row in rows:
        table.add_row(row.store, row.graph, f"{row.nodes:,}", f"{row.edges:,}", f"{row.edges_per_s:,.0f}")
    return table


def _walk_table(rows: Sequence[WalkRow]) -> Table:
    table = _table(
        "Walks downstream (found: nodes or items of an answer)",
        "store|graph|asked|question",
        "depth|asks|found p50|found max|p50 ms|p95 ms",
    )
    for row in rows:
        table.add_row(
            *(row.store, row.graph, row.way, row.question),
            *("full" if row.depth is None else str(row.depth), str(row.asks)),
            *(f"{row.answer_p50:,}", f"{row.answer_max:,}", _number(row.p50_ms), _number(row.p95_ms)),
        )
    return table


def _export_table(rows: Sequence[ExportRow]) -> Table:
    table = _table(
        "Exports to a file (lines: in N-Quads one for each statement)",
        "store|graph|form|profile",
        "lines|MB|seconds|CPU s|lines/s|peak MiB",
    )
    for row in rows:
        table.add_row(
            *(row.store, row.graph, row.form, row.profile),
            *(f"{row.lines:,}", _number(row.megabytes), _number(row.seconds), _number(row.cpu_s)),
            *(_number(row.lines / row.seconds), _number(row.peak_mib)),
        )
    return table


def _number(value: float | None) -> str:
    """Three digits that count."""
    if value is None:
        return "-"
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"
