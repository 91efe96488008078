"""Small events whose jobs send SQL, and short questions to what was derived."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from catalog.graph import Direction, Edge
from catalog.identity import DatasetId, FieldId, JobId
from catalog.store.port import At, NodeFilter, Reader, Store
from ingest.derivation.settle import settle
from ontology.vocabulary import Label, Origin, Rel
from tests.convergence import observed
from tests.convergence.events import envelope, named
from tests.convergence.said import Event

NS = "duckdb://shop"
RAW, STG, MART = (DatasetId(NS, f"shop.{name}") for name in ("raw.orders", "stg.orders", "mart.daily"))


def time(minute: int) -> str:
    return f"2024-05-01T10:{minute:02d}:00Z"


def schema(*columns: str) -> dict[str, Any]:
    return {"schema": {"fields": [{"name": name, "type": "int"} for name in columns]}}


def holder(dataset: DatasetId, *columns: str, **facets: Any) -> dict[str, Any]:
    """A dataset, with a schema where columns are given."""
    return named(
        (dataset.namespace, dataset.name), facets={**(schema(*columns) if columns else {}), **facets}
    )


def sql_facets(query: str | None, dialect: str | None = None) -> dict[str, Any]:
    if query is None:
        return {}
    return {"sql": {"query": query, **({} if dialect is None else {"dialect": dialect})}}


def job_id(name: str) -> JobId:
    return JobId("jobs", name)


def run(
    job: str,
    minute: int,
    query: str | None,
    inputs: Iterable[dict[str, Any]] = (),
    outputs: Iterable[dict[str, Any]] = (),
    *,
    type_: str = "COMPLETE",
    dialect: str | None = None,
    number: int | None = None,
) -> Event:
    """An event of a run of a job; the run is that of the minute, unless a number says otherwise."""
    run_id = f"00000000-0000-4000-8000-{minute if number is None else number:012d}"
    return envelope(
        time(minute),
        eventType=type_,
        run={"runId": run_id, "facets": {}},
        job=named(("jobs", job), facets=sql_facets(query, dialect)),
        inputs=list(inputs),
        outputs=list(outputs),
    )


def job_event(
    job: str,
    minute: int,
    query: str | None,
    inputs: Iterable[dict[str, Any]] = (),
    outputs: Iterable[dict[str, Any]] = (),
) -> Event:
    return envelope(
        time(minute),
        job=named(("jobs", job), facets=sql_facets(query)),
        inputs=list(inputs),
        outputs=list(outputs),
    )


def dataset_event(minute: int, dataset: DatasetId, *columns: str, **facets: Any) -> Event:
    return envelope(time(minute), dataset=holder(dataset, *columns, **facets))


def settled(store: Store, *batches: Iterable[Event]) -> Store:
    """The store, after the events were applied and all was derived."""
    observed.send(store, batches)
    settle(store)
    return store


def parsed(reader: Reader, job: str, rel: Rel, when: At = None) -> set[tuple[str, ...]]:
    """The derived edges of a job: short names of their ends, and the values of their properties."""
    found = reader.edges_told_by(job_id(job).key, Origin.PARSED, -(2**63), (rel,))
    return {_short(edge) for edge in found if _holds(edge, when)}


def _holds(edge: Edge, when: At) -> bool:
    return edge.holds_at(when) if when is None or isinstance(when, int) else True


def _short(edge: Edge) -> tuple[str, ...]:
    said = dict(edge.properties)
    values = tuple(str(said[name]) for name in sorted(said) if name != "inferred")
    return (name_of(edge.source), name_of(edge.target), *values)


def name_of(key: str) -> str:
    """raw.orders, raw.orders#id, or the name of a job."""
    if key.startswith("field/"):
        field = FieldId.parse(key)
        return f"{field.dataset.name.removeprefix('shop.')}#{field.path}"
    if key.startswith("job/"):
        return JobId.parse(key).name
    return DatasetId.parse(key).name.removeprefix("shop.")


def fields(reader: Reader, dataset: DatasetId) -> dict[str, dict[str, Any]]:
    """The fields of a dataset by path: the properties of their nodes."""
    edges = reader.edges((dataset.key,), (Rel.HAS_FIELD,), Direction.OUT)
    nodes = reader.nodes({edge.target for edge in edges})
    return {
        str(node.properties["name"]): {
            name: value for name, value in node.properties.items() if name not in ("name", "dataset")
        }
        for node in nodes.values()
    }


def origins_of(reader: Reader, types: Iterable[Rel]) -> Counter[str]:
    """How many edges of the types there are now, by origin."""
    keys: list[str] = []
    after: str | None = None
    while page := reader.page(NodeFilter((Label.FIELD,)), after, 1000):
        keys += [node.key for node in page]
        after = page[-1].key
    return Counter(edge.origin for edge in reader.edges(keys, tuple(types), Direction.OUT))
