"""A dbt project of three domains with decoys, what it really makes, and what openlineage-dbt tells of it.

Which dataset a model of a manifest is, as events of openlineage-dbt 1.54 show it (recorded in ``dbt/recorded``):

- The namespace is that of the adapter (``duckdb://`` and the path of the database file): no manifest has it. The name
  is ``database.schema.alias`` of the node, in the case of the manifest. A DuckDB that is attached has its own database
  in the name and the same namespace.
- A job of a model, seed or snapshot has the facet ``dbt_node`` with ``unique_id``, ``database``, ``schema`` and
  ``alias``, and exactly one output, the node's relation. This is the evidence that ties the two. ``jobType`` is MODEL,
  SEED or SNAPSHOT. ``dbt_run`` of the run has the ``invocation_id`` that the manifest of that very build has too.
- Jobs with the jobType TEST have the facet as well, with ``unique_id`` of the node that is tested and no output; with
  ``--consume-structured-logs`` with that of the test, and with an output ``….dbt_test__audit.…`` that nobody writes.
  They show no model. A source has no job of its own: only its tests name it, as input.
- A source is named ``database.schema.name``, also where its ``identifier`` says another table: ``payments_of_old`` is
  no table. Column lineage, which comes from the SQL, says ``payments``, as the manifest does.
- An ephemeral model is an input of its readers (with structured logs an output of its own job) although it has no
  relation.
- Seeds have jobs, and are named as inputs, with structured logs only.
- The job of a model has the same name (``dbt`` and ``database.schema.project.model.build.run``) in every environment:
  a build of a developer on a copy is a run of the very same job, with an output of the same name in another namespace.

``python -m tests.producers.emporium`` records anew.
"""

import gzip
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

from tests.producers.environment import HERE, environment, run

PROJECT = HERE / "dbt" / "emporium"
RECORDED = HERE / "dbt" / "recorded"

RELATIONS = {
    "model.emporium.customers": "emporium.sales.customer",
    "model.emporium.customers_served": "emporium.logistics.customer",
    "model.emporium.old_orders": "archive.sales.orders_v2",
    "model.emporium.orders.v1": "emporium.sales.orders_v1",
    "model.emporium.orders.v2": "emporium.sales.orders_v2",
    "model.emporium.orders_to_ship": "emporium.logistics.orders",
    "model.emporium.revenue": "emporium.finance.revenue",
    "model.emporium.shipments": "emporium.logistics.shipments",
    "model.emporium.shipped_revenue": "emporium.finance.shipped_revenue",
    "model.emporium.stg_orders": "emporium.sales_internal.stg_orders",
    "seed.emporium.raw_customers": "emporium.raw.raw_customers",
    "seed.emporium.raw_orders": "emporium.raw.raw_orders",
    "snapshot.emporium.customers_history": "emporium.history.customers_history",
    "source.emporium.erp.payments": "emporium.erp.payments",
    "source.emporium.erp_archive.payments_of_old": "archive.erp.payments",
}
"""What each node really is, by hand. ``model.emporium.stg_customers`` is ephemeral: nothing."""


def namespace(place: Path | str) -> str:
    """The namespace of all that a build in ``place`` makes."""
    return f"duckdb://{place}/emporium.duckdb"


def build(place: Path, *, logs: bool = False, **variables: str) -> Path:
    """One ``dbt build`` with its databases in ``place``; the manifest. ``variables`` say where the events go."""
    project = place / "project"
    shutil.copytree(PROJECT, project, dirs_exist_ok=True)
    databases = {"EMPORIUM_DB": f"{place}/emporium.duckdb", "ARCHIVE_DB": f"{place}/archive.duckdb"}
    command = ["dbt-ol", *(["--consume-structured-logs"] if logs else []), "build", "--profiles-dir", "."]
    said = run(environment("dbt"), command, project, **databases, **variables)
    assert "OpenLineage events" in said
    return project / "target" / "manifest.json"


def recorded_manifest() -> bytes:
    """The manifest as dbt wrote it, without the macros and docs of dbt itself."""
    return gzip.decompress((RECORDED / "manifest.json.gz").read_bytes())


def recorded_events(name: str) -> list[dict[str, Any]]:
    """The events of one build: ``prod``, ``dev`` (the same on a copy), ``logs`` (prod by structured logs, of nodes)."""
    lines = gzip.decompress((RECORDED / f"{name}.jsonl.gz").read_bytes()).decode().splitlines()
    return [json.loads(line) for line in lines]


def record() -> None:
    """Run the project for real, three times, and keep what it left, at home in ``/warehouse``."""
    RECORDED.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for name, place in (("prod", "prod"), ("dev", "dev"), ("logs", "prod")):
            (Path(folder) / place).mkdir(exist_ok=True)
            events = Path(folder) / f"{name}.jsonl"
            to_file = {
                "OPENLINEAGE__TRANSPORT__TYPE": "file",
                "OPENLINEAGE__TRANSPORT__LOG_FILE_PATH": str(events),
                "OPENLINEAGE__TRANSPORT__APPEND": "true",
            }
            manifest = build(Path(folder) / place, logs=name == "logs", **to_file)
            told = [
                line for line in events.read_text().splitlines() if '"dbt_node"' in line or name != "logs"
            ]
            _keep(f"{name}.jsonl.gz", "\n".join(told), folder)
            if name == "prod":
                _keep("manifest.json.gz", _trimmed(manifest), folder)


def _trimmed(manifest: Path) -> str:
    value = json.loads(manifest.read_bytes())
    return json.dumps({**value, "macros": {}, "docs": {}}, indent=1)


def _keep(name: str, text: str, folder: str) -> None:
    home = text.replace(folder, "/warehouse")
    (RECORDED / name).write_bytes(gzip.compress(home.encode(), mtime=0))


if __name__ == "__main__":
    record()
