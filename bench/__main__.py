"""The command: python -m bench [--only PART] [--way WAY] [--store sqlite|neo4j|all] [--quick | --full]
[--keep FOLDER] [--json FILE] [--markdown FILE]."""

import argparse
import json
import shlex
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from bench.errors import BenchFailed
from bench.evaluation import FULL as FULL_EVALUATION
from bench.evaluation import QUICK as QUICK_EVALUATION
from bench.evaluation import USUAL as USUAL_EVALUATION
from bench.evaluation import measure_evaluation
from bench.figures import GovernanceRow, LoadRow
from bench.governance import QUICK as QUICK_GOVERNANCE
from bench.governance import USUAL as USUAL_GOVERNANCE
from bench.governance import measure_governance
from bench.impact import FULL as FULL_IMPACT
from bench.impact import QUICK as QUICK_IMPACT
from bench.impact import USUAL as USUAL_IMPACT
from bench.impact import ImpactSize, measure_impact
from bench.ingest import measure_ingest
from bench.machine import this_machine
from bench.memory import QUICK as QUICK_MEMORY
from bench.memory import USUAL as USUAL_MEMORY
from bench.memory import MemorySize, measure_memory
from bench.rdf_export import FULL as FULL_EXPORT
from bench.rdf_export import QUICK as QUICK_EXPORT
from bench.rdf_export import USUAL as USUAL_EXPORT
from bench.rdf_export import ExportSize, measure_exports
from bench.report import Engine, Report
from bench.stores import SqliteStores, Stores, neo4j_stores
from bench.tables import show, write_markdown
from bench.verdicts import FULL_VERDICTS, QUICK_VERDICTS, USUAL_VERDICTS, measure_verdicts
from bench.walk import WalkSize, full, measure_walks, quick, usual
from bench.workloads import ALL_WAYS, QUICK, USUAL, IngestSize
from tests.maven import Unavailable

PARTS = ("memory", "ingest", "walk", "impact", "governance", "export")
WAYS = {"batch" if way.batched else str(way.clients): way for way in ALL_WAYS}
WIDTH = 165
"""Of the tables where the output is no terminal."""


def main(arguments: Sequence[str]) -> int:
    """Measure and print; the exit code is 1 when something did not work, 130 when it was stopped."""
    options = _parser().parse_args(arguments)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that no server is left running
    ingest_size = _in_ways(QUICK if options.quick else USUAL, options.way)
    memory_size = QUICK_MEMORY if options.quick else USUAL_MEMORY
    walk_size = quick() if options.quick else full() if options.full else usual()
    impact_size = QUICK_IMPACT if options.quick else FULL_IMPACT if options.full else USUAL_IMPACT
    evaluated = QUICK_EVALUATION if options.quick else FULL_EVALUATION if options.full else USUAL_EVALUATION
    verdicts = QUICK_VERDICTS if options.quick else FULL_VERDICTS if options.full else USUAL_VERDICTS
    export_size = QUICK_EXPORT if options.quick else FULL_EXPORT if options.full else USUAL_EXPORT
    progress = Console(stderr=True)
    report = Report(this_machine(), shlex.join(["python", "-m", "bench", *arguments]))
    try:
        with ExitStack() as stack:
            for stores in _chosen(options.store, stack, progress):
                report.engines.append(Engine(stores.name, stores.version, stores.durability))
                parts = options.only or PARTS
                if "memory" in parts:
                    _memory(report, stores, memory_size, progress)
                if "ingest" in parts:
                    _ingest(report, stores, ingest_size, progress)
                if "walk" in parts:
                    _walk(report, stores, walk_size, progress)
                if "impact" in parts:
                    _impact(report, stores, impact_size, options.keep, progress)
                if "governance" in parts:
                    size = QUICK_GOVERNANCE if options.quick else USUAL_GOVERNANCE
                    _governance(report, measure_governance(stores, size), progress)
                    _governance(report, measure_evaluation(stores, evaluated, options.keep), progress)
                    report.verdicts.extend(measure_verdicts(stores, verdicts, options.keep))
                if "export" in parts:
                    _export(report, stores, export_size, progress)
    except (BenchFailed, Unavailable) as error:
        progress.print(f"Error: {error}", markup=False)
        return 1
    except KeyboardInterrupt:
        progress.print("Stopped.")
        return 130
    show(report, Console(width=None if sys.stdout.isatty() else WIDTH))
    if options.json:
        options.json.write_text(json.dumps(report.json(), indent=1) + "\n")
    if options.markdown:
        write_markdown(report, options.markdown)
    return 0


def _in_ways(size: IngestSize, chosen: Sequence[str] | None) -> IngestSize:
    """Only the ways of sending that were asked for."""
    if chosen is None:
        return size
    ways = tuple(WAYS[name] for name in WAYS if name in chosen)
    return replace(size, ways=ways, other_ways=ways)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m bench", description="Measure this machine. Asserts nothing.")
    parser.add_argument(
        "--only", choices=PARTS, action="append", help="measure this part; may be given more than once"
    )
    parser.add_argument(
        "--way",
        choices=WAYS,
        action="append",
        help="send events in this way: over so many connections, or in batches; may be given more than once",
    )
    parser.add_argument("--store", choices=("sqlite", "neo4j", "all"), default="all")
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--quick", action="store_true", help="fewer events and smaller graphs")
    size.add_argument(
        "--full",
        action="store_true",
        help="walks, impact and policies on 200,000 datasets, exports of 100,000",
    )
    parser.add_argument(
        "--keep",
        type=Path,
        metavar="FOLDER",
        help="keep the stores of impact and policies there; what is kept is asked again and not loaded",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all rows there too")
    parser.add_argument(
        "--markdown",
        type=Path,
        metavar="FILE",
        help="write the figures of ingest there too, between the marks of each store",
    )
    return parser


def _chosen(name: str, stack: ExitStack, progress: Console) -> Iterator[Stores]:
    """The stores to measure; with ``all`` a Neo4j that cannot be started is told and left out."""
    if name != "neo4j":
        yield SqliteStores()
    if name == "sqlite":
        return
    try:
        yield stack.enter_context(neo4j_stores())
    except Unavailable as error:
        if name == "neo4j":
            raise
        progress.print(f"Neo4j is not measured: {error}", markup=False)


def _ingest(report: Report, stores: Stores, size: IngestSize, progress: Console) -> None:
    for row in measure_ingest(stores, size):
        report.ingest.append(row)
        progress.print(
            f"{row.store} ingest {row.workload}, {row.endpoint}, {row.clients} clients, {row.phase}: "
            f"{row.events_per_s:.0f} events/s",
            markup=False,
        )


def _memory(report: Report, stores: Stores, size: MemorySize, progress: Console) -> None:
    """First of all, because only an untouched Neo4j tells how much disk an event takes."""
    for row in measure_memory(stores, size):
        report.memory.append(row)
        progress.print(
            f"{row.store} memory at {row.events:,} events: {row.service_mib:.0f} MiB", markup=False
        )


def _walk(report: Report, stores: Stores, size: WalkSize, progress: Console) -> None:
    for row in measure_walks(stores, size):
        if isinstance(row, LoadRow):
            report.loads.append(row)
            progress.print(f"{row.store} walk: {row.graph}, {row.edges:,} edges", markup=False)
        else:
            report.walks.append(row)


def _impact(report: Report, stores: Stores, size: ImpactSize, keep: Path | None, progress: Console) -> None:
    for row in measure_impact(stores, size, keep):
        if isinstance(row, LoadRow):
            report.loads.append(row)
            progress.print(f"{row.store} impact: {row.graph}, {row.edges:,} edges", markup=False)
        else:
            report.impacts.append(row)
            said = f"p50 {row.p50_ms:.1f} ms, p95 {row.p95_ms:.1f} ms, CPU {row.cpu_ms:.1f} ms"
            progress.print(f"{row.store} impact: {row.question}: {said}", markup=False)


def _governance(report: Report, rows: Iterator[LoadRow | GovernanceRow], progress: Console) -> None:
    for row in rows:
        if isinstance(row, LoadRow):
            report.loads.append(row)
        else:
            report.governance.append(row)
            said = f"p95 {row.p95_ms:.1f} ms, CPU {row.cpu_ms:.1f} ms"
            progress.print(f"{row.store} governance: {row.graph}, {row.question}: {said}", markup=False)


def _export(report: Report, stores: Stores, size: ExportSize, progress: Console) -> None:
    for row in measure_exports(stores, size):
        if isinstance(row, LoadRow):
            report.loads.append(row)
            progress.print(f"{row.store} export: {row.graph}, {row.edges:,} edges", markup=False)
        else:
            report.exports.append(row)
            said = f"{row.form} {row.profile}: {row.seconds:.1f} s, {row.peak_mib:.0f} MiB"
            progress.print(f"{row.store} export: {said}", markup=False)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
