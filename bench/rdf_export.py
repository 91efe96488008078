"""The RDF export of a generated catalogue: how long ``meshline export`` takes, and how much memory its process."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.cpu import peak_memory_kib
from bench.errors import BenchFailed
from bench.figures import ExportRow, LoadRow
from bench.graphs import Graph, catalogue
from bench.service import environment
from bench.stores import EmptyStore, Stores
from bench.walk import load
from catalog.store.registry import open_store

KIB_A_MIB = 1024
POLL_S = 0.02
CASES = (
    ("nquads", None),
    ("nquads", "mesh"),
    ("turtle", "mesh"),
    ("jsonld", "mesh"),
    ("turtle", "dprod-2026"),
)
"""(format, profile); without a profile the graph with its history."""


@dataclass(frozen=True, slots=True)
class ExportSize:
    """How many datasets, of 15 fields each, and which cases."""

    datasets: int
    cases: tuple[tuple[str, str | None], ...] = CASES


QUICK = ExportSize(1_000)
USUAL = ExportSize(10_000)
FULL = ExportSize(100_000)


def measure_exports(stores: Stores, size: ExportSize) -> Iterator[LoadRow | ExportRow]:
    """The row of the loading, then one for each case. Raises BenchFailed."""
    graph = catalogue(size.datasets)
    with stores.empty() as empty:
        store = open_store(empty.url)
        try:
            yield load(stores.name, store, graph)
        finally:
            store.close()
        for form, profile in size.cases:
            yield _exported(stores.name, empty, graph, form, profile)


def _exported(store_name: str, empty: EmptyStore, graph: Graph, form: str, profile: str | None) -> ExportRow:
    output = empty.folder / "export"
    command = [sys.executable, "-m", "api.cli", "export", "--store", empty.url, "--format", form]
    command += (
        ["--output", str(output)] if profile is None else ["--output", str(output), "--profile", profile]
    )
    begin = time.perf_counter()
    process = subprocess.Popen(command, env=environment())
    peak_kib, cpu_s = _watched(process)
    spent_s = time.perf_counter() - begin
    if process.returncode:
        raise BenchFailed(f"{' '.join(command)} ended with {process.returncode}")
    row = ExportRow(
        store=store_name,
        graph=graph.name,
        form=form,
        profile=profile or "with history",
        lines=_lines(output),
        megabytes=output.stat().st_size / 1e6,
        seconds=spent_s,
        cpu_s=cpu_s,
        peak_mib=peak_kib / KIB_A_MIB,
    )
    output.unlink()
    return row


def _watched(process: subprocess.Popen[bytes]) -> tuple[int, float]:
    """Wait for the end: the most memory of the process in KiB, and its CPU seconds.

    What the system tells at the end counts the memory of this process too, from which that one was forked.
    """
    peak_kib = 0
    while True:
        peak_kib = max(peak_kib, peak_memory_kib(process.pid))
        ended, status, used = os.wait4(process.pid, os.WNOHANG)
        if ended:
            process.returncode = os.waitstatus_to_exitcode(status)
            return peak_kib, used.ru_utime + used.ru_stime
        time.sleep(POLL_S)


def _lines(path: Path) -> int:
    """How many lines a file has: in N-Quads that is how many statements."""
    with path.open("rb") as file:
        return sum(chunk.count(b"\n") for chunk in iter(lambda: file.read(2**20), b""))
