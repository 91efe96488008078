"""``meshline serve`` as a process of its own, on a free loopback port."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

from bench.errors import BenchFailed

ROOT = Path(__file__).parents[1]
START_TIMEOUT_S = 60
STOP_TIMEOUT_S = 60
_ADDRESS = re.compile(r"serves on (http://\S+)")


@dataclass(frozen=True, slots=True)
class Service:
    """Where a service answers, and its process."""

    url: str
    pid: int


@contextmanager
def serving(store: str, folder: Path) -> Iterator[Service]:
    """Serve a store with the default settings; ``folder`` takes its log. Raises BenchFailed."""
    log = folder / "service.log"
    command = [sys.executable, "-m", "api.cli", "serve", "--store", store, "--port", "0"]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=folder, env=environment(), stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )
    try:
        yield Service(_address(process, log), process.pid)
    finally:
        process.terminate()
        try:
            process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def metrics_of(url: str) -> bytes:
    """The text of the service's metrics. Raises OSError."""
    with urlopen(f"{url}/metrics", timeout=START_TIMEOUT_S) as answer:
        text: bytes = answer.read()
    return text


def environment() -> dict[str, str]:
    """Ours, without settings of a service, and with this project first on the path."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MESHLINE_")}
    return {**kept, "PYTHONPATH": str(ROOT)}


def _address(process: subprocess.Popen[bytes], log: Path) -> str:
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline and process.poll() is None:
        found = _ADDRESS.search(log.read_text(errors="replace"))
        if found:
            return found[1]
        time.sleep(0.05)
    raise BenchFailed(f"The service did not start:\n{log.read_text(errors='replace')[-2000:]}")
