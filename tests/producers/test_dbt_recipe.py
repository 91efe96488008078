"""The recipe for dbt, with dbt itself: what `state:modified` names is what impact answers for."""

import json
import shutil
from pathlib import Path

import pytest

from api.program import run as meshline
from tests.producers import emporium
from tests.producers.environment import environment, run

BEFORE = "select id as order_id, customer as customer_id, placed_on, status, cents"
AFTER = "select id as order_id, customer as customer_id, placed_on, cents"


@pytest.mark.producers
def test_recipe__of_a_model_that_loses_a_column_names_the_models_that_break(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    events = tmp_path / "events.jsonl"
    to_file = {
        "OPENLINEAGE__TRANSPORT__TYPE": "file",
        "OPENLINEAGE__TRANSPORT__LOG_FILE_PATH": str(events),
        "OPENLINEAGE__TRANSPORT__APPEND": "true",
    }
    manifest = emporium.build(tmp_path, logs=False, **to_file)
    project = tmp_path / "project"
    production = tmp_path / "production"
    production.mkdir()
    shutil.copy(manifest, production)
    model = project / "models" / "sales" / "stg_orders.sql"
    model.write_text(model.read_text().replace(BEFORE, AFTER))
    databases = {"EMPORIUM_DB": f"{tmp_path}/emporium.duckdb", "ARCHIVE_DB": f"{tmp_path}/archive.duckdb"}
    dbt = ["dbt", "--quiet"]
    listed = [*dbt, "ls", "--profiles-dir", ".", "--select", "state:modified", "--state", str(production)]
    listed += ["--resource-type", "model"]
    modified = run(environment("dbt"), listed, project, **databases).split()
    run(environment("dbt"), [*dbt, "compile", "--profiles-dir", "."], project, **databases)

    store = ("--store", f"sqlite:///{tmp_path}/mesh.db")
    assert meshline(["ingest", str(events), *store]) == 0
    capsys.readouterr()
    question = ["--manifest", str(manifest), "--base", str(production / "manifest.json"), "--json"]
    code = meshline(["impact", *question, *store])
    answer = json.loads(capsys.readouterr().out)

    assert modified == ["emporium.sales.stg_orders"]
    assert {change["kind"] for change in answer["proposal"]["changes"]} == {"QUERY_CHANGED"}
    broken = {
        item["name"] for item in answer["items"] if item["severity"] == "BREAKS" and item["kind"] == "Job"
    }
    assert (code, answer["verdict"]) == (2, "REVIEW"), answer["why"]
    assert {name.split(".")[-3] for name in broken} >= {"v1", "v2"}, broken
