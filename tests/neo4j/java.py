"""Find a Java that can run a given Neo4j.

python -m tests.neo4j.java 5|2026    prints the java command, or says what is missing and exits 1
"""

import sys
from pathlib import Path

from tests import java
from tests.maven import Unavailable
from tests.neo4j.release import RELEASES, Release


def find_java(release: Release) -> Path:
    """The first installed `java` whose version runs this release. Raises Unavailable."""
    return java.find_java(f"Neo4j {release.version}", release.java_versions)


if __name__ == "__main__":
    try:
        print(find_java(RELEASES[sys.argv[1]]))
    except Unavailable as error:
        sys.exit(str(error))
