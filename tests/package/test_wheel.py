"""The built wheel, in an empty environment, runs the demo and the service."""

import contextlib
import json
import os
import signal
import subprocess
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from tests.ports import free_port

_PATIENCE_S = 60
PACKAGES = {"api", "catalog", "ingest", "ontology"}

READY = "ingest/policies/ready/domains-have-an-owner.yaml"


@pytest.mark.slow
def test_wheel__has_the_packages_with_their_data_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {"ontology/mesh.ttl", "api/schema.graphql", READY} <= set(names)
    tops = {name.partition("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == PACKAGES
    assert [name for name in names if name.endswith((".pyc", ".db"))] == []


@pytest.mark.slow
def test_wheel__prints_its_version_and_the_schema_anywhere(installed: Path, tmp_path: Path) -> None:
    assert _meshline(installed, tmp_path, "--version") == "meshline 0.3.0\n"
    for form in ("sdl", "cypher", "turtle"):
        assert _meshline(installed, tmp_path, "schema", "--format", form)


@pytest.mark.slow
def test_wheel__serves_the_demo_from_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    port = free_port()
    command = ("demo", "--serve", "--port", str(port))
    with _running(installed, tmp_path, *command) as service:
        _wait_for(lambda: "Try:" in (tmp_path / "out").read_text(), service, tmp_path)
        found = json.loads(_meshline(installed, tmp_path, "search", "email", "--json"))
        asked = _meshline(
            installed, tmp_path, "search", "email", "--json", "--url", f"http://127.0.0.1:{port}"
        )
    assert service.returncode == 0
    assert found["total"] > 0
    assert json.loads(asked) == found


@pytest.mark.slow
def test_wheel__serves_and_is_loaded_from_another_process(installed: Path, tmp_path: Path) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    with _running(installed, tmp_path, "serve", "--port", url.rpartition(":")[2]) as service:
        _wait_for(lambda: _ready(url), service, tmp_path)
        loaded = json.loads(_meshline(installed, tmp_path, "demo", "--url", url, "--json"))
    assert service.returncode == 0
    assert loaded["failed_runs"] == 1


def _environment() -> dict[str, str]:
    """Nothing of this project or of the caller's settings."""
    return {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}


def _meshline(installed: Path, folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        [installed / "meshline", *arguments],
        cwd=folder,
        env=_environment(),
        capture_output=True,
        text=True,
        timeout=_PATIENCE_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@contextlib.contextmanager
def _running(installed: Path, folder: Path, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """A command that serves; it is stopped with SIGTERM and waited for."""
    with (folder / "out").open("w") as out, (folder / "err").open("w") as err:
        service = subprocess.Popen(
            [installed / "meshline", *arguments], cwd=folder, env=_environment(), stdout=out, stderr=err
        )
        try:
            yield service
        finally:
            service.send_signal(signal.SIGTERM)
            service.wait(timeout=_PATIENCE_S)


def _wait_for(reached: Callable[[], bool], service: subprocess.Popen[bytes], folder: Path) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    while not reached():
        assert service.poll() is None, (folder / "err").read_text()
        assert time.monotonic() < deadline, (folder / "err").read_text()
        time.sleep(0.05)


def _ready(url: str) -> bool:
    with contextlib.suppress(httpx.TransportError):
        return httpx.get(f"{url}/readyz", trust_env=False).status_code == 200
    return False
