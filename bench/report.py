"""The report: what was measured, as sheets of text, which ``bench.tables`` writes, and as JSON."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from bench.figures import (
    ExportRow,
    GovernanceRow,
    ImpactRow,
    IngestRow,
    LoadRow,
    MemoryRow,
    VerdictRow,
    WalkRow,
)
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
    memory: list[MemoryRow] = field(default_factory=list)
    loads: list[LoadRow] = field(default_factory=list)
    walks: list[WalkRow] = field(default_factory=list)
    impacts: list[ImpactRow] = field(default_factory=list)
    governance: list[GovernanceRow] = field(default_factory=list)
    verdicts: list[VerdictRow] = field(default_factory=list)
    exports: list[ExportRow] = field(default_factory=list)

    def of(self, engine: Engine) -> "Report":
        """What was measured of ingest with one store."""
        return Report(
            self.machine,
            self.command,
            [engine],
            [row for row in self.ingest if row.store == engine.store],
            [row for row in self.memory if row.store == engine.store],
        )

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


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: its title, the names of its columns (texts to the left, numbers to the right), its rows."""

    title: str
    texts: tuple[str, ...]
    numbers: tuple[str, ...]
    rows: list[tuple[str, ...]]


def heading(report: Report) -> list[str]:
    """Where, with what and by which command the report was made."""
    engines = [f"{engine.version}: {engine.durability}" for engine in report.engines]
    return [f"Machine: {report.machine.line()}", f"Command: {report.command}", *engines]


def ingest_sheets(report: Report) -> list[Sheet]:
    """What is told of ingest, without what was not measured."""
    sheets = [_speed_sheet(report.ingest), _cost_sheet(report.ingest), _ratio_sheet(report.ingest)]
    return [sheet for sheet in (*sheets, _memory_sheet(report.memory)) if sheet.rows]


def sheets(report: Report) -> list[Sheet]:
    """Everything that was measured."""
    others = (
        _load_sheet(report.loads),
        _walk_sheet(report.walks),
        _impact_sheet(report.impacts),
        _governance_sheet(report.governance),
        _verdict_sheet(report.verdicts),
        _export_sheet(report.exports),
    )
    return [*ingest_sheets(report), *(sheet for sheet in others if sheet.rows)]


def _sheet(title: str, texts: str, numbers: str, rows: list[tuple[str, ...]]) -> Sheet:
    """With the names of its columns separated by |."""
    return Sheet(title, tuple(texts.split("|")), tuple(numbers.split("|")), rows)


_CASE = "store|workload|sent as|phase"


def _case(row: IngestRow) -> tuple[str, ...]:
    return row.store, row.workload, row.endpoint, row.phase, str(row.clients)


def _speed_sheet(rows: Sequence[IngestRow]) -> Sheet:
    return _sheet(
        "Ingest over HTTP: ms until a request is acknowledged, s until SQL is derived, ms until an event was read back",
        _CASE,
        "clients|events|events/s|p50|p95|p99|derived|reads|readable p50|p95|p99",
        [
            (
                *_case(row),
                *(f"{row.events:,}", _number(row.events_per_s)),
                *(_number(row.request_p50_ms), _number(row.request_p95_ms), _number(row.request_p99_ms)),
                *(_number(row.derived_s), str(row.reads), _number(row.readable_p50_ms)),
                *(_number(row.readable_p95_ms), _number(row.readable_p99_ms)),
            )
            for row in rows
        ],
    )


def _cost_sheet(rows: Sequence[IngestRow]) -> Sheet:
    return _sheet(
        "What an event costs: its size, CPU ms of service, store and client, peak memory, bytes on disk",
        _CASE,
        "clients|bytes|service|store|client|client busy|service MiB|store MiB|disk",
        [
            (
                *_case(row),
                f"{row.event_bytes:,}",
                *(_number(row.service_cpu_ms), _number(row.store_cpu_ms), _number(row.client_cpu_ms)),
                f"{row.client_busy:.0%}",
                *(_number(row.service_peak_mib), _number(row.store_peak_mib), _number(row.disk_bytes)),
            )
            for row in rows
        ],
    )


def _ratio_sheet(rows: Sequence[IngestRow]) -> Sheet:
    return _sheet(
        f"A repeat beside a first sighting (aim: at most {TARGET_RATIO:.2f} of its CPU)",
        "store|workload|sent as",
        "clients|CPU first ms|CPU repeat ms|repeat / first",
        [
            (
                *(first.store, first.workload, first.endpoint, str(first.clients)),
                *(_number(first.cpu_ms), _number(repeat.cpu_ms), f"{ratio:.2f}"),
            )
            for first, repeat, ratio in ratios_of(rows)
        ],
    )


def _memory_sheet(rows: Sequence[MemoryRow]) -> Sheet:
    return _sheet(
        "Memory (resident set, MiB) while small events keep coming, 16 clients, nine runs in ten a repeat",
        "store",
        "events|events/s|service|service peak|store|disk bytes per event",
        [
            (
                *(row.store, f"{row.events:,}", _number(row.events_per_s), _number(row.service_mib)),
                *(_number(row.service_peak_mib), _number(row.store_mib), _number(row.disk_bytes)),
            )
            for row in rows
        ],
    )


def _load_sheet(rows: Sequence[LoadRow]) -> Sheet:
    return _sheet(
        "Generated graphs, written through the store port",
        "store|graph",
        "nodes|edges|edges/s",
        [
            (row.store, row.graph, f"{row.nodes:,}", f"{row.edges:,}", f"{row.edges_per_s:,.0f}")
            for row in rows
        ],
    )


def _walk_sheet(rows: Sequence[WalkRow]) -> Sheet:
    return _sheet(
        "Walks downstream (found: nodes or items of an answer)",
        "store|graph|asked|question",
        "depth|asks|found p50|found max|p50 ms|p95 ms",
        [
            (
                *(row.store, row.graph, row.way, row.question),
                *("full" if row.depth is None else str(row.depth), str(row.asks)),
                *(f"{row.answer_p50:,}", f"{row.answer_max:,}", _number(row.p50_ms), _number(row.p95_ms)),
            )
            for row in rows
        ],
    )


def _impact_sheet(rows: Sequence[ImpactRow]) -> Sheet:
    return _sheet(
        "Impact through GraphQL over HTTP (items: of the whole answer; partial: answers that do not know all)",
        "store|graph|change and what is asked",
        "asks|items p50|items max|partial|p50 ms|p95 ms|CPU ms",
        [
            (
                *(row.store, row.graph, row.question, str(row.asks)),
                *(f"{row.items_p50:,}", f"{row.items_max:,}", str(row.partial)),
                *(_number(row.p50_ms), _number(row.p95_ms), _number(row.cpu_ms)),
            )
            for row in rows
        ],
    )


def _governance_sheet(rows: Sequence[GovernanceRow]) -> Sheet:
    return _sheet(
        "Classes of data along lineage (found: columns of the class), policies (found: verdicts), in one process",
        "store|graph|question",
        "asks|found|p50 ms|p95 ms|CPU ms",
        [
            (
                *(row.store, row.graph, row.question, str(row.asks), f"{row.found:,}"),
                *(_number(row.p50_ms), _number(row.p95_ms), _number(row.cpu_ms)),
            )
            for row in rows
        ],
    )


def _verdict_sheet(rows: Sequence[VerdictRow]) -> Sheet:
    return _sheet(
        "Keeping verdicts, in the process of the store, until what a change can affect is asked again",
        "store|graph|change",
        "times|p50 ms|p95 ms|CPU ms",
        [
            (
                *(row.store, row.graph, row.change, str(row.times)),
                *(_number(row.p50_ms), _number(row.p95_ms), _number(row.cpu_ms)),
            )
            for row in rows
        ],
    )


def _export_sheet(rows: Sequence[ExportRow]) -> Sheet:
    return _sheet(
        "Exports to a file (lines: in N-Quads one for each statement)",
        "store|graph|form|profile",
        "lines|MB|seconds|CPU s|lines/s|peak MiB",
        [
            (
                *(row.store, row.graph, row.form, row.profile),
                *(f"{row.lines:,}", _number(row.megabytes), _number(row.seconds), _number(row.cpu_s)),
                *(_number(row.lines / row.seconds), _number(row.peak_mib)),
            )
            for row in rows
        ],
    )


def _number(value: float | None) -> str:
    """Three digits that count."""
    if value is None:
        return "-"
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"
