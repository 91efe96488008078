"""Producers in environments of their own: made once, from locks with versions and hashes."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import maven

HERE = Path(__file__).parent
CACHE = maven.CACHE / "producers"


def environment(name: str) -> Path:
    """The ``bin`` folder of the environment of a producer, made by the first call.

    Skips the test where its packages cannot be had; with CI=true that is a failure.
    """
    try:
        return made(name)
    except maven.Unavailable as error:
        if os.environ.get("CI") == "true":
            pytest.fail(f"CI needs the producer {name}: {error}", pytrace=False)
        pytest.skip(f"the producer {name} cannot be installed: {error}")


def made(name: str) -> Path:
    """The same, where no test runs. Raises maven.Unavailable."""
    lock = HERE / name / "requirements.lock"
    folder = CACHE / f"{name}-{sys.version_info[0]}{sys.version_info[1]}-{_digest(lock)}"
    with maven.locked(CACHE):
        if not (folder / "made").exists():
            _make(folder, lock)
    return folder / "bin"


def _digest(lock: Path) -> str:
    return hashlib.sha256(lock.read_bytes()).hexdigest()[:12]


def _make(folder: Path, lock: Path) -> None:
    maven.run([sys.executable, "-m", "venv", "--clear", folder])
    pip: list[str | Path] = [folder / "bin" / "python", "-m", "pip", "install", "--quiet"]
    maven.run([*pip, "--require-hashes", "-r", lock])
    (folder / "made").touch()


def run(bin_folder: Path, command: list[str], folder: Path, **variables: str) -> str:
    """What a producer prints. Fails the test when it does not end well."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("OPENLINEAGE")}
    path = f"{bin_folder}{os.pathsep}{os.environ['PATH']}"
    answer = subprocess.run(
        [str(bin_folder / command[0]), *command[1:]],
        cwd=folder,
        env={**inherited, "PATH": path, **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    said = answer.stdout + answer.stderr
    assert answer.returncode == 0, said[-4000:]
    return said
