"""The SQL of jobs is bound for an answer: by a service, which ends its child process, and by the command line."""

import json
import os
import time
from pathlib import Path
from typing import Any

import httpx

from api.settings import Settings
from tests.api.asking import Cli
from tests.api.running import serving

SPACE = "duckdb://shop"
TABLE = "dataset/duckdb%3A%2F%2Fshop/main.orders"
QUERY = "create or replace table main.late as select id, day + 1 as due from main.orders where day < date '2026-01-01'"
ASK = """query($change: ProposedChange!) { impact(change: $change) {
  verdict items { edges { node { severity certainty node { id } } } } } }"""


def told(name: str, columns: dict[str, str]) -> dict[str, Any]:
    fields = [{"name": column, "type": kind} for column, kind in columns.items()]
    return {"namespace": SPACE, "name": name, "facets": {"schema": facet(fields=fields)}}


def facet(**values: Any) -> dict[str, Any]:
    return {
        "_producer": "https://example.org",
        "_schemaURL": "https://openlineage.io/spec/facets/1",
        **values,
    }


def event() -> dict[str, Any]:
    return {
        "eventTime": "2026-01-01T00:00:00Z",
        "eventType": "COMPLETE",
        "producer": "https://example.org",
        "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
        "run": {"runId": "0190a4c1-7d00-7000-8000-000000000001"},
        "job": {"namespace": SPACE, "name": "late", "facets": {"sql": facet(query=QUERY, dialect="duckdb")}},
        "inputs": [told("main.orders", {"id": "INTEGER", "day": "DATE"})],
        "outputs": [told("main.late", {"id": "INTEGER", "due": "DATE"})],
    }


def of_job(http: httpx.Client, kind: str) -> tuple[str, str] | None:
    """What becomes of the job when the type of its day is another, as soon as its SQL is derived."""
    change = {"dataset": TABLE, "retype": [{"field": "day", "type": kind}]}
    for _ in range(200):
        answer = http.post("/graphql", json={"query": ASK, "variables": {"change": change}}).json()
        assert "errors" not in answer, answer
        items = [edge["node"] for edge in answer["data"]["impact"]["items"]["edges"]]
        found = {item["node"]["id"].rpartition("/id/")[2]: item for item in items}
        job = found.get("job/duckdb%3A%2F%2Fshop/late")
        if job is not None and job["severity"] != "UNKNOWN":
            return job["severity"], job["certainty"]
        time.sleep(0.05)
    return None


def children() -> set[int]:
    """The processes that bind, of this one."""
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            binds = b"ingest.binding.child" in (folder / "cmdline").read_bytes()
            if binds and f"PPid:\t{os.getpid()}\n" in (folder / "status").read_text():
                found.add(int(folder.name))
        except OSError:
            continue  # it ended meanwhile
    return found


def test_service__tells_what_the_database_says_and_ends_its_process(settings: Settings, cli: Cli) -> None:
    before = children()
    with serving(settings) as running, running.client() as http:
        assert http.post("/api/v1/lineage", json=event()).status_code == 201
        assert of_job(http, "INTEGER") == ("BREAKS", "PROVEN")  # an INTEGER is no DATE to compare with
        severity, _ = of_job(http, "TIMESTAMP") or ("", "")
        assert severity in ("BREAKS", "CHANGES_SCHEMA")
        own = children() - before
        assert len(own) == 1
    assert children() == before

    _, said, _ = cli("impact", TABLE, "--retype", "day=INTEGER", "--store", settings.store, "--json")
    [job] = (item for item in json.loads(said)["items"] if item["kind"] == "Job")
    assert (job["severity"], job["certainty"]) == ("BREAKS", "PROVEN")
    assert children() == before
