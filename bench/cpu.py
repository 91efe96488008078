"""CPU time and memory of processes, from /proc (Linux)."""

import os
from collections.abc import Sequence
from pathlib import Path

TICK_S = 1 / os.sysconf("SC_CLK_TCK")
"""The resolution."""


def cpu_s(pid: int) -> float:
    """User and system time that a process and all its threads have used, in seconds."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * TICK_S


def cpu_of(pids: Sequence[int]) -> float:
    """The same, of several processes together."""
    return sum(cpu_s(pid) for pid in pids)


def peak_memory_kib(pid: int) -> int:
    """The most memory that a process has had (its resident set), in KiB; 0 once it has ended."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1])
    return 0
