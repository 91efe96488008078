"""The real service: ``meshline serve`` as a process of its own, to be killed."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[2]
START_TIMEOUT_S = 60
STOP_TIMEOUT_S = 40
_SERVES = re.compile(rb"Meshline serves on (http://\S+)")


class ServiceProcess:
    """A service on a free loopback port; its log is in a file, which a failing test shows."""

    def __init__(self, store_url: str, folder: Path, **settings: str) -> None:
        """``settings``: variables of the environment."""
        self.log = folder / "service.log"
        begin = self.log.stat().st_size if self.log.exists() else 0
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("MESHLINE_")},
            "MESHLINE_STORE": store_url,  # not as an option: the URL may hold a password
            "MESHLINE_KEYS": str(folder / "keys.json"),
            "MESHLINE_LOG_LEVEL": "warning",
            "PYTHONPATH": str(ROOT),
            **settings,
        }
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "api.cli", "serve", "--port", "0"],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=folder,
                env=environment,
            )
        try:
            self.url = self._await_start(begin)
        except BaseException:  # Ctrl-C and the end of a test too: nobody else knows the process to end it
            self.kill()
            raise

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def running(self) -> bool:
        """Whether the process is alive."""
        return self._process.poll() is None

    def client(self, timeout_s: float = 60) -> httpx.Client:
        """A client that never follows or retries anything."""
        return httpx.Client(base_url=self.url, timeout=timeout_s, trust_env=False)

    def kill(self) -> None:
        """SIGKILL: it ends where it stands."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """SIGTERM: it answers what has arrived and drains; gives its exit code."""
        return self._end(signal.SIGTERM)

    def forget_peak(self) -> None:
        """Let ``peak_mib`` begin anew from what it holds now (Linux, proc(5): clear_refs)."""
        Path(f"/proc/{self.pid}/clear_refs").write_text("5")

    def peak_mib(self) -> float:
        """The most memory it has held at once since its start or the last ``forget_peak``."""
        return self._status_mib("VmHWM")

    def resident_mib(self) -> float:
        """The memory it holds now."""
        return self._status_mib("VmRSS")

    def _status_mib(self, key: str) -> float:
        status = Path(f"/proc/{self.pid}/status").read_text()
        [line] = [line for line in status.splitlines() if line.startswith(f"{key}:")]
        return int(line.split()[1]) / 1024

    def _end(self, how: signal.Signals) -> int:
        if self.running():
            self._process.send_signal(how)
        try:
            return self._process.wait(STOP_TIMEOUT_S)
        finally:
            if self.running():
                self._process.kill()
                self._process.wait()

    def _await_start(self, begin: int) -> str:
        deadline = time.monotonic() + START_TIMEOUT_S
        while True:
            said = self.log.read_bytes()[begin:]
            if address := _SERVES.search(said):
                url = address[1].decode()
                if _answers(url):
                    return url
            if not self.running() or time.monotonic() > deadline:
                raise RuntimeError(f"the service did not start:\n{said[-4000:].decode()}")
            time.sleep(0.02)


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/healthz", timeout=5, trust_env=False).status_code == 200
    except httpx.TransportError:
        return False


@contextmanager
def served(store_url: str, folder: Path) -> Iterator[ServiceProcess]:
    """A service for the length of the context; killed at its end if it still runs."""
    service = ServiceProcess(store_url, folder)
    try:
        yield service
    finally:
        service.kill()
