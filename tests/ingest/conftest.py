"""Fixtures of the ingest tests."""

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def corpus_events(corpus: Path) -> list[tuple[str, bytes]]:
    """(relative path, bytes) of each real event, in path order."""
    folder = corpus / "openlineage"
    return [(str(path.relative_to(folder)), path.read_bytes()) for path in sorted(folder.rglob("*.json"))]
