"""The wheel, and an environment that has nothing but it and what it needs."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.package.runtime import locked, runtime_names

ROOT = Path(__file__).parents[2]


def run(*command: str | Path, cwd: Path) -> str:
    """Run a command to its end; its output. Fails the test with that output when it fails."""
    done = subprocess.run(
        command, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built wheel."""
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ".", cwd=ROOT)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The ``bin`` of an empty environment with the wheel and the locked versions of what it needs."""
    folder = tmp_path_factory.mktemp("environment")
    run(sys.executable, "-m", "venv", folder, cwd=folder)
    lock = folder / "runtime.lock"
    lock.write_text(locked(ROOT / "requirements.lock", runtime_names(wheel)), encoding="utf-8")
    pip = (folder / "bin" / "python", "-m", "pip", "install", "--quiet", "--no-deps")
    run(*pip, "--require-hashes", "-r", lock, cwd=folder)
    run(*pip, "--no-index", wheel, cwd=folder)
    run(folder / "bin" / "python", "-m", "pip", "check", cwd=folder)
    return folder / "bin"
