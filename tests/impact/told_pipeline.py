"""Pipelines as producers tell them: events with the SQL of each model, with what is known of schemas."""

from collections.abc import Collection
from typing import Any

from catalog.identity import DatasetId, JobId
from catalog.store.port import Store
from tests.derivation.cases import run, settled
from tests.impact.laboratory import Laboratory

NS = "duckdb://lab"


def dataset(name: str) -> DatasetId:
    return DatasetId(NS, f"lab.main.{name}")


def job(name: str) -> str:
    return JobId("jobs", name).key


def holder(laboratory: Laboratory, name: str, *, with_schema: bool) -> dict[str, Any]:
    fields = [{"name": column, "type": type_} for column, type_ in laboratory.base.columns[name]]
    facets = {"schema": {"fields": fields}} if with_schema else {}
    return {"namespace": NS, "name": dataset(name).name, "facets": facets}


def told(store: Store, laboratory: Laboratory, schemas_of: Collection[str]) -> Store:
    """Tell a pipeline to a store; ``schemas_of``: the tables and models of which schemas are sent."""
    events = []
    for minute, (name, query) in enumerate(laboratory.pipeline.models.items()):
        inputs = [
            holder(laboratory, one, with_schema=one in schemas_of) for one in laboratory.pipeline.reads(name)
        ]
        outputs = [holder(laboratory, name, with_schema=name in schemas_of)]
        events.append(run(name, minute, query, inputs, outputs, dialect="duckdb"))
    return settled(store, events)
