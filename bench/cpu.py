"""CPU time and memory of processes, from /proc (Linux)."""

import os
from pathlib import Path

TICK_S = 1 / os.sysconf("SC_CLK_TCK")
"""The resolution."""


def cpu_s(pid: int) -> float:
    """User and system time that a process and all its threads have used, in seconds."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * TICK_S


def ended_children_s() -> float:
    """The same of all processes that this one has started and seen the end of."""
    spent = os.times()
    return spent.children_user + spent.children_system


def peak_memory_kib(pid: int) -> int:
    """The most memory that a process has had (its resident set), in KiB; 0 once it has ended."""
    return _status_kib(pid, "VmHWM:")


def memory_mib(pid: int) -> float:
    """The memory that a process has now (its resident set)."""
    return _status_kib(pid, "VmRSS:") / 1024


def forget_peak(pid: int) -> None:
    """Let the peak begin anew from what the process has now (proc(5), clear_refs)."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")


def _status_kib(pid: int, name: str) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(name):
            return int(line.split()[1])
    return 0
