"""Whatever is ingested, the copy that is kept in step holds what a copy made anew holds."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from catalog.store.port import Store
from catalog.store.registry import open_store
from tests.documents.test_convergence import Scenario, scenarios
from tests.documents.versions import send
from tests.neo4j.server import Neo4j
from tests.sparql.asking import asking, fresh, held

EXAMPLES = {"memory": 14, "sqlite": 4, "neo4j": 1}


@pytest.mark.parametrize("kind", ["memory", "sqlite", pytest.param("neo4j", marks=pytest.mark.neo4j)])
def test_copy__kept_in_step_is_the_copy_made_anew(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    made = 0

    def empty() -> Store:
        nonlocal made
        made += 1
        if kind == "neo4j":
            server: Neo4j = request.getfixturevalue("neo4j_server")
            with server.driver().session() as session:
                session.run("MATCH (n) DETACH DELETE n").consume()
            return open_store(server.url)
        return open_store("memory:" if kind == "memory" else f"sqlite:///{tmp_path}/{made}.db")

    @settings(
        max_examples=EXAMPLES[kind],
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate,),
    )
    @given(scenarios())
    def holds(scenario: Scenario) -> None:
        store = empty()
        root = tmp_path / f"{made}.rdf" if kind == "sqlite" else None
        with asking(store, root) as sparql:
            for batch in scenario.one:
                send(store, batch)
                assert held(sparql) == fresh(store)
            assert sparql.keeper.rebuilds == 1
        store.close()

    holds()
