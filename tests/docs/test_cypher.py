"""The Cypher of the pages finds something in a real Neo4j that holds the demo mesh."""

from pathlib import Path

import pytest
from neo4j import GraphDatabase

from catalog.store.neo4j_connection import Neo4jUrl
from tests.docs.markdown import PAGES, snippets
from tests.docs.workspace import STORE, serving

CYPHER = [
    snippet
    for page in PAGES
    for snippet in snippets(page)
    if snippet.language == "cypher" and snippet.not_run is None
]


@pytest.fixture
def demo_neo4j(neo4j_url: str, demo_store: Path, tmp_path: Path) -> str:
    """The URL of a Neo4j that was filled from the demo's log."""
    with serving(tmp_path / "mesh", demo_store) as workspace:
        done = workspace.run("meshline", "replay", "--store", f"sqlite:///{STORE}", "--to", neo4j_url)
        assert done.returncode == 0, done.stdout
    return neo4j_url


def test_cypher__finds_rows(demo_neo4j: str) -> None:
    url = Neo4jUrl.parse(demo_neo4j)
    with GraphDatabase.driver(url.server, auth=url.auth) as driver:
        found = {str(snippet): len(driver.execute_query(snippet.text).records) for snippet in CYPHER}
    assert found, "no page has Cypher any more"
    assert [snippet for snippet, rows in found.items() if not rows] == []
