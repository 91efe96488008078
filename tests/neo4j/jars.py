"""Neo4j's jars, resolved once by Maven, and the compiled NeoServer."""

from pathlib import Path

from tests import maven
from tests.java import find_javac
from tests.neo4j.java import find_java
from tests.neo4j.release import Release

HERE = Path(__file__).parent
CACHE = maven.CACHE / "neo4j"


def classpath(release: Release) -> str:
    """NeoServer and all jars of this release, fetched by the first call. Raises Unavailable."""
    java = find_java(release)
    folder = CACHE / release.version
    folder.mkdir(parents=True, exist_ok=True)
    with maven.locked(CACHE):
        jars = maven.resolved(HERE / "pom.xml", folder / "classpath", java, neo4j_version=release.version)
        return f"{_compiled()}:{jars}"


def _compiled() -> Path:
    """The folder with NeoServer.class, compiled again when its source is newer."""
    source, target = HERE / "NeoServer.java", CACHE / "NeoServer.class"
    if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
        maven.run([find_javac(), "--release", "17", "-d", CACHE, source])
    return CACHE
