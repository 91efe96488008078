"""The Neo4j releases that Meshline is tested against."""

import os
from dataclasses import dataclass

from tests.maven import Unavailable


@dataclass(frozen=True, slots=True)
class Release:
    """One Neo4j release: what it runs on and what only it must be told."""

    version: str
    java_versions: tuple[int, ...]
    settings: tuple[str, ...] = ()


RELEASES = {
    "5": Release("5.26.30", java_versions=(17, 21)),
    "2026": Release(
        "2026.08.1",
        java_versions=(21, 25),
        # Neither announces itself on the network nor asks to be managed from elsewhere.
        settings=("server.fleet_discovery.enabled=false", "dbms.fleet_manager.enabled=false"),
    ),
}


def chosen_release() -> Release:
    """The release that MESHLINE_TEST_NEO4J_VERSION names, 5 unless set. Raises Unavailable."""
    line = os.environ.get("MESHLINE_TEST_NEO4J_VERSION", "5")
    if line not in RELEASES:
        raise Unavailable(f"MESHLINE_TEST_NEO4J_VERSION={line!r} is none of {', '.join(RELEASES)}")
    return RELEASES[line]
