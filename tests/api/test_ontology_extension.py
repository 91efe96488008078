"""An extension of the ontology: what it adds is stored, validated, found and shown, and a store is made with it."""

import os
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from catalog.store.registry import open_store
from ontology.compiler import configure_model, load_model
from tests.api.asking import Cli, ask
from tests.api.graphql.world import World, nodes
from tests.docs.markdown import snippets

PAGE = Path(__file__).parents[2] / "docs" / "ontology.md"
MODELS = """
@prefix acme: <https://ontology.acme.example/ns#> .
@prefix mesh: <https://w3id.org/meshline/ns#> .
<urn:ex:churn> a acme:MlModel ; mesh:name "Churn" ; acme:framework "torch" ; acme:trainedOn <urn:ex:orders> .
<urn:ex:orders> a mesh:Dataset ; mesh:namespace "warehouse" ; mesh:name "mart.orders" .
"""
CHURN = "ml-model/urn%3Aex%3Achurn"


@pytest.fixture(params=["sqlite", pytest.param("neo4j", marks=pytest.mark.neo4j)])
def store(request: pytest.FixtureRequest, tmp_path: Path, cli: Cli, event_file: str) -> str:
    """A store that our ontology has made, with an event."""
    url = f"sqlite:///{tmp_path}/mesh.db"
    if request.param == "neo4j":
        url = request.getfixturevalue("neo4j_url")
    assert cli("ingest", event_file, "--store", url)[0] == 0
    return url


@pytest.fixture
def extension(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The extension that the documentation shows, in the settings."""
    (example,) = [snippet.text for snippet in snippets(PAGE) if snippet.language == "turtle"]
    file = tmp_path / "acme.ttl"
    file.write_text(example, encoding="utf-8")
    monkeypatch.setenv("MESHLINE_ONTOLOGY", f"{file}{os.pathsep}")
    (tmp_path / "models.ttl").write_text(MODELS, encoding="utf-8")
    yield file
    configure_model([])


def graphql(store: str, query: str, **variables: Any) -> Any:
    opened = open_store(store)
    try:
        return World(opened).ask(query, **variables)
    finally:
        opened.close()


def test_extension__is_stored_validated_found_and_shown(cli: Cli, store: str, extension: Path) -> None:
    code, _, err = cli("import", "models.ttl", "--store", store)
    assert (code, "ontology-changed" in err or "Set MESHLINE_ONTOLOGY as it was" in err) == (3, True)
    assert cli("migrate", "--store", store)[0] == 0
    assert cli("import", "models.ttl", "--store", store)[0] == 0
    (hit,) = ask(cli, "search", "torch", "--kind", "MlModel", "--store", store)["items"]
    assert (hit["kind"], hit["name"], hit["id"]) == ("MlModel", "Churn", CHURN)

    shown = graphql(
        store,
        """query ($id: ID!) { node(id: $id) { __typename kind kinds term
            properties { name values term definition }
            relations(direction: OUT) { edges { node { type term node { kind name } } } } }
            kinds { kind count definition } resources(kind: "MlModel") { totalCount } }""",
        id=CHURN,
    )
    node, model = shown["node"], load_model()
    assert (node["__typename"], node["kind"], node["kinds"]) == ("Thing", "MlModel", ["Resource", "MlModel"])
    assert node["term"] == model.node("MlModel").iri == "https://ontology.acme.example/ns#MlModel"
    framework = model.node("MlModel").property_type("framework")
    assert {
        **{"name": "framework", "values": ["torch"]},
        **{"term": framework.iri, "definition": framework.definition},
    } in node["properties"]
    assert [(one["type"], one["node"]) for one in nodes(node["relations"])] == [
        ("TRAINED_ON", {"kind": "Dataset", "name": "mart.orders"})
    ]
    assert {
        **{"kind": "MlModel", "count": 1, "definition": model.node("MlModel").definition},
    } in shown["kinds"]
    assert shown["resources"] == {"totalCount": 1}

    (extension.parent / "wrong.ttl").write_text(MODELS.replace("torch", "abacus"), encoding="utf-8")
    code, out, _ = cli("import", "wrong.ttl", "--store", store)
    assert (code, "rejected" in out, "abacus" in out) == (1, True, True)


def test_extension_that_is_taken_away__needs_a_replay_that_leaves_its_nodes_out(
    cli: Cli, store: str, extension: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert cli("migrate", "--store", store)[0] == 0
    assert cli("import", "models.ttl", "--store", store)[0] == 0
    monkeypatch.delenv("MESHLINE_ONTOLOGY")
    configure_model([])
    code, _, err = cli("search", "torch", "--store", store)
    assert (code, "with 1 extension" in err, "MESHLINE_ONTOLOGY" in err) == (3, True, True)
    code, _, err = cli("migrate", "--store", store)
    assert (code, "no label or type" in err, "TRAINED_ON" in err) == (3, True, True)
    new = f"sqlite:///{tmp_path}/new.db"
    assert cli("replay", "--store", store, "--to", new)[0] == 0
    assert [hit["id"] for hit in ask(cli, "search", "mart", "--store", new)["items"]] == [
        "dataset/warehouse/mart.orders"
    ]
    assert ask(cli, "search", "torch", "--store", new)["total"] == 0


def test_extension_that_changes_a_term_of_ours__ends_every_command(
    cli: Cli, store: str, extension: Path, tmp_path: Path
) -> None:
    text = extension.read_text(encoding="utf-8")
    extension.write_text(f'{text}\nmesh:Dataset skos:definition "Mine." .', encoding="utf-8")
    for command in ("search x", "ingest -", "serve --port 0", "export", "migrate"):
        code, _, err = cli(*shlex.split(command), "--store", store)
        assert (code, err.splitlines()[0]) == (
            3,
            "Error: The ontology has 1 problem. Correct the Turtle file and start again.",
        )
        assert "It states something of a term that is not its own: mesh:Dataset" in err
    code, _, err = cli("search", "x", "--store", store, "--json")
    assert '"code": "ontology-invalid"' in err
