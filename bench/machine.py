"""The machine and the versions that a run was made with, so that its figures can be placed."""

import os
import platform
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Machine:
    """Where and with what. ``load`` is the load average of the last minute, before the run."""

    cpu: str
    cores: int
    memory_gib: float
    system: str
    disk: str
    python: str
    commit: str
    load: float

    def line(self) -> str:
        """All of it, for a report."""
        return (
            f"{self.cpu}, {self.cores} cores, {self.memory_gib:.1f} GiB, {self.system}, "
            f"stores on {self.disk}, Python {self.python}, commit {self.commit}, "
            f"load before {self.load:.1f}"
        )


def this_machine() -> Machine:
    """What can be read of the machine now."""
    return Machine(
        cpu=_cpu(),
        cores=len(os.sched_getaffinity(0)),
        memory_gib=os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30,
        system=f"{platform.system()} {platform.release()}",
        disk=_disk(Path(tempfile.gettempdir())),
        python=platform.python_version(),
        commit=_commit(),
        load=os.getloadavg()[0],
    )


def _cpu() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        name, _, value = line.partition(":")
        if name.strip() == "model name":
            return " ".join(value.split())
    return platform.machine()


def _disk(folder: Path) -> str:
    """The type of the file system that holds a folder; on tmpfs an fsync costs nothing."""
    mounts = [line.split() for line in Path("/proc/mounts").read_text().splitlines()]
    holding = [mount for mount in mounts if folder.resolve().is_relative_to(mount[1])]
    return max(holding, key=lambda mount: len(mount[1]))[2]


def _commit() -> str:
    """The short hash, with + where files were changed since."""
    try:
        head = _git("rev-parse", "--short", "HEAD")
        return head + ("+" if _git("status", "--porcelain") else "")
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def _git(*arguments: str) -> str:
    command = ["git", "-C", str(ROOT), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
