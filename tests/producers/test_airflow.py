"""Airflow's OpenLineage provider on a small DAG: jobs without data, their owners, the tree of runs."""

import json
from pathlib import Path

import pytest

from tests.api.running import Service
from tests.producers.conftest import Ask
from tests.producers.environment import HERE, environment, run

pytestmark = [pytest.mark.producers, pytest.mark.slow]

FOUND = """{
  receiptCounts { status count }
  job(namespace: "shop", name: "shop.extract") {
    relations(types: ["OWNED_BY"], first: 5) { edges { node { node { key } } } }
    lastRun { state parent { job { name } } }
  }
}"""


def test_dag__is_kept_with_its_owners_and_its_tree(service: Service, ask: Ask, tmp_path: Path) -> None:
    transport = {"type": "http", "url": service.url}
    variables = {
        "AIRFLOW_HOME": str(tmp_path / "airflow"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "false",
        "AIRFLOW__CORE__DAGS_FOLDER": str(HERE / "airflow" / "dags"),
        "AIRFLOW__OPENLINEAGE__TRANSPORT": json.dumps(transport),
        "AIRFLOW__OPENLINEAGE__NAMESPACE": "shop",
    }
    bin_folder = environment("airflow")
    run(bin_folder, ["airflow", "db", "migrate"], tmp_path, **variables)
    run(bin_folder, ["airflow", "dags", "test", "shop", "2024-05-01"], tmp_path, **variables)
    found = ask(FOUND)
    assert found["receiptCounts"] == [{"status": "APPLIED", "count": 7}]
    job = found["job"]
    assert job["lastRun"] == {"state": "COMPLETE", "parent": {"job": {"name": "shop"}}}
    assert [edge["node"]["node"]["key"] for edge in job["relations"]["edges"]] == ["team/orders"]
