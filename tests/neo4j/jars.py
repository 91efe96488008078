"""Neo4j's jars, resolved once by Maven, and the compiled NeoServer."""

import fcntl
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.neo4j.java import find_java, find_javac
from tests.neo4j.release import Neo4jUnavailable, Release

HERE = Path(__file__).parent
CACHE = HERE.parents[1] / ".cache" / "neo4j"


def classpath(release: Release) -> str:
    """NeoServer and all jars of this release, fetched by the first call. Raises Neo4jUnavailable."""
    java = find_java(release)
    folder = CACHE / release.version
    folder.mkdir(parents=True, exist_ok=True)
    with _locked(CACHE / "lock"):
        return f"{_compiled()}:{_resolved(release, folder / 'classpath', java)}"


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _compiled() -> Path:
    """The folder with NeoServer.class, compiled again when its source is newer."""
    source, target = HERE / "NeoServer.java", CACHE / "NeoServer.class"
    if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
        _run([find_javac(), "--release", "17", "-d", CACHE, source])
    return CACHE


def _resolved(release: Release, file: Path, java: Path) -> str:
    """The jars' paths joined by colons, as Maven left them in `file` (again, when one of them has gone)."""
    if not file.exists() or not all(Path(jar).exists() for jar in file.read_text().split(":")):
        maven = shutil.which("mvn")
        if maven is None:
            raise Neo4jUnavailable("no mvn on the PATH to resolve Neo4j's jars: install Maven")
        _run(
            [
                maven,
                "--batch-mode",
                "--quiet",
                f"--file={HERE / 'pom.xml'}",
                f"-Dneo4j.version={release.version}",
                f"-Dmdep.outputFile={file}",
                "dependency:build-classpath",
            ],
            environment={"JAVA_HOME": str(java.parent.parent)},
        )
    return file.read_text().strip()


def _run(command: list[str | Path], environment: dict[str, str] | None = None) -> None:
    answer = subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, **(environment or {})}
    )
    if answer.returncode != 0:
        raise Neo4jUnavailable(f"{command[0]} failed:\n{(answer.stdout + answer.stderr)[-2000:]}")
