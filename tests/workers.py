"""Tests on several cores: how many workers, which tests one worker runs, which ports are a worker's own.

A worker (`gw0`, `gw1`, ...) is a process with fixtures of its own: each starts its own Neo4j.
"""

import os
import re
from collections.abc import Container
from pathlib import Path

from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

MOST = 4
MEMORY_KIB = 2_000_000
"""What a worker is given: its Neo4j takes 0.6 GB, itself 0.4, and one of them has the Kafka."""

MEMINFO = Path("/proc/meminfo")

TOGETHER = ("tests/demo", "tests/docs", "tests/kafka", "tests/package")
"""Folders with a session fixture that is dear: a demo that is loaded, a broker, an environment."""

LONG = (
    "tests/docs",
    "tests/bench/test_bench.py",
    "tests/convergence/test_corpus.py",
    "tests/governance/keeping/test_incremental.py",
    "tests/governance/test_kept_oracle.py",
    "tests/governance/test_faults.py",
    "tests/package",
    "tests/kafka",
)
"""Groups that take long for the number of their tests: begun last, one worker would be busy alone."""


def count_workers(cores: int, available_kib: int | None, *, one_server: bool) -> int:
    """How many workers to start; 0 is to run the tests in one process.

    ``one_server``: the Neo4j is given, and two workers would empty it for each other. ``available_kib`` is None where
    nobody tells.
    """
    if one_server:
        return 0
    fitting = MOST if available_kib is None else available_kib // MEMORY_KIB
    count = min(cores, fitting, MOST)
    return count if count > 1 else 0


def cores() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def available_kib(meminfo: Path = MEMINFO) -> int | None:
    """The memory that Linux would give to a new process; None elsewhere."""
    if not meminfo.exists():
        return None
    found = re.search(r"^MemAvailable: *(\d+) kB$", meminfo.read_text(), re.MULTILINE)
    return int(found[1]) if found else None


def group_of(nodeid: str) -> str:
    """What stays in one worker: the tests of a file, or of a folder that shares a dear fixture."""
    file = nodeid.partition("::")[0]
    folder = file.rpartition("/")[0]
    return folder if folder in TOGETHER else file


def own_ports(ports: range) -> range:
    """The part of the ports that is this worker's; all of them where there are no workers."""
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker is None:
        return ports
    share = len(ports) // (2 * MOST)
    start = ports.start + int(worker.removeprefix("gw")) % (2 * MOST) * share
    return range(start, start + share)


def next_group(waiting: Container[str]) -> str | None:
    """The long group that is to be begun before all others; None: there is none any more."""
    return next((group for group in LONG if group in waiting), None)


class InGroups(LoadScopeScheduling):
    """Gives a worker with nothing left to do the next group: the long ones, then that with the most tests."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)

    def _assign_work_unit(self, node: WorkerController) -> None:
        group = next_group(self.workqueue)
        if group is not None:
            self.workqueue.move_to_end(group, last=False)
        super()._assign_work_unit(node)
