"""Jars for real components, resolved once by Maven."""

import fcntl
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path


class Unavailable(Exception):
    """A real component cannot be started here; the message says what is missing."""


CACHE = Path(__file__).parents[1] / ".cache"


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Alone in a folder of the cache, which is made: several test runs may start at once."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def resolved(pom: Path, file: Path, java: Path, **properties: str) -> str:
    """The jars' paths joined by colons, as Maven left them in ``file`` (again, when one of them has gone).

    ``properties`` of the pom: an underscore stands for a dot. Raises Unavailable.
    """
    if not file.exists() or not all(Path(jar).exists() for jar in file.read_text().split(":")):
        maven = shutil.which("mvn")
        if maven is None:
            raise Unavailable("no mvn on the PATH to resolve jars: install Maven")
        given = [f"-D{name.replace('_', '.')}={value}" for name, value in properties.items()]
        command = [maven, "--batch-mode", "--quiet", f"--file={pom}", *given, f"-Dmdep.outputFile={file}"]
        run([*command, "dependency:build-classpath"], {"JAVA_HOME": str(java.parent.parent)})
    return file.read_text().strip()


def run(command: list[str | Path], environment: Mapping[str, str] | None = None) -> str:
    """What a command prints; both outputs. Raises Unavailable when it fails."""
    answer = subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, **(environment or {})}
    )
    said = answer.stdout + answer.stderr
    if answer.returncode != 0:
        raise Unavailable(f"{command[0]} failed:\n{said[-2000:]}")
    return said
