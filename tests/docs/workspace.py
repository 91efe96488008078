"""A folder with a served demo mesh, in which snippets run as a reader would run them."""

import contextlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.docs.markdown import ROOT
from tests.ports import free_port

WRITTEN = "127.0.0.1:8000"
"""The address that the pages name."""
STORE = "meshline.db"
_START_S = 120
_COMMAND_S = 120
_PASSED_ON = ("PATH", "HOME", "LANG", "TMPDIR")


@dataclass(frozen=True, slots=True)
class Workspace:
    """``address`` is that of the service, as host:port; the store is ``meshline.db`` in ``folder``."""

    folder: Path
    address: str

    @property
    def url(self) -> str:
        return f"http://{self.address}"

    def here(self, text: str) -> str:
        """A snippet with the address of this service."""
        return text.replace(WRITTEN, self.address)

    def written(self, text: str) -> str:
        """What was printed, with the address that the pages name."""
        return text.replace(self.address, WRITTEN)

    def environment(self) -> dict[str, str]:
        """Nothing of the caller's settings; ``meshline`` and ``python`` are those of the tests."""
        kept = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        path = f"{self.folder / '.bin'}{os.pathsep}{kept.get('PATH', '')}"
        return {**kept, "PATH": path, "PYTHONPATH": str(ROOT), "MESHLINE_URL": self.url, "LC_ALL": "C.UTF-8"}

    def run(self, *command: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
        """Run a command in the folder; standard error goes with standard output, as on a terminal."""
        return subprocess.run(
            command,
            cwd=self.folder,
            env=self.environment(),
            input=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=_COMMAND_S,
            check=False,
        )


def load_demo(folder: Path) -> Path:
    """A store file with the demo mesh, sent to a real service; the service is stopped again."""
    with serving(folder) as workspace:
        loaded = workspace.run("meshline", "demo", "--url", workspace.url)
        assert loaded.returncode == 0, loaded.stdout
    return folder / STORE


@contextlib.contextmanager
def serving(folder: Path, store: Path | None = None) -> Iterator[Workspace]:
    """``meshline serve`` in a folder, on a copy of a store or on a new one."""
    _make_commands(folder / ".bin")
    if store is not None:
        shutil.copyfile(store, folder / STORE)
    workspace = Workspace(folder, f"127.0.0.1:{free_port()}")
    log = folder / ".bin" / "serve.log"
    with log.open("w") as errors:
        service = subprocess.Popen(
            ["meshline", "serve", "--port", workspace.address.rpartition(":")[2]],
            cwd=folder,
            env=workspace.environment(),
            executable=folder / ".bin" / "meshline",
            stdout=errors,
            stderr=errors,
        )
        try:
            _wait(service, workspace, log)
            yield workspace
        finally:
            service.terminate()
            service.wait(timeout=_START_S)


def _make_commands(folder: Path) -> None:
    folder.mkdir(parents=True)
    for name, arguments in (("python", ""), ("meshline", " -m api.cli")):
        command = folder / name
        command.write_text(f'#!/bin/sh\nexec "{sys.executable}"{arguments} "$@"\n')
        command.chmod(0o755)


def _wait(service: subprocess.Popen[bytes], workspace: Workspace, log: Path) -> None:
    deadline = time.monotonic() + _START_S
    while time.monotonic() < deadline and service.poll() is None:
        with contextlib.suppress(httpx.TransportError):
            if httpx.get(f"{workspace.url}/readyz", trust_env=False).status_code == 200:
                return
        time.sleep(0.05)
    raise AssertionError(f"the service did not start: {log.read_text()}")
