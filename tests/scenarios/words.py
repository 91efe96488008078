"""What scenarios are told and asked with: lineage facets, and lineage answers by short names."""

from collections.abc import Iterable
from typing import Any

from catalog.graph import Direction
from catalog.identity import DatasetId, JobId
from catalog.lineage import Level, Lineage, walk
from catalog.store.port import Reader
from tests.convergence.cases import JOB, holder, time
from tests.convergence.events import envelope, named
from tests.convergence.said import Event

PRODUCER = {"_producer": "https://example.org/producer", "_schemaURL": "https://example.org/facet"}


def source(what: DatasetId | JobId | None, **more: Any) -> dict[str, Any]:
    """A source of a lineage facet; None is the event's own job."""
    if what is None:
        return {"type": "JOB", **more}
    return named(
        (what.namespace, what.name), type="DATASET" if isinstance(what, DatasetId) else "JOB", **more
    )


def entry(target: DatasetId | JobId | None, *sources: dict[str, Any], **more: Any) -> dict[str, Any]:
    """An entry with these sources of the whole target."""
    return {**source(target), "inputs": list(sources), **more}


def detail(target: DatasetId, **fields: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """An entry that tells of fields only."""
    return {**source(target), "fields": columns(**fields)}


def columns(**fields: Iterable[dict[str, Any]]) -> dict[str, Any]:
    return {name: {"inputs": list(sources)} for name, sources in fields.items()}


def stating(*entries: dict[str, Any]) -> dict[str, Any]:
    """The facets of a job with a lineage facet."""
    return {"facets": {"lineage": {**PRODUCER, "entries": list(entries)}}}


def job_event(minute: int, inputs: Any = None, outputs: Any = None, **facets: Any) -> Event:
    """A JobEvent of JOB; a side that is None is absent."""
    sides = {"inputs": inputs, "outputs": outputs}
    listed = {side: list(map(holder, datasets)) for side, datasets in sides.items() if datasets is not None}
    return envelope(time(minute), job=named((JOB.namespace, JOB.name), facets=facets), **listed)


def lineage(
    reader: Reader, root: Any, direction: Direction, level: Level = Level.DATASET, at: int | None = None
) -> Lineage:
    """What lies behind or before one thing."""
    return walk(reader, [root.key], direction=direction, level=level, at=at)


def reached(reader: Reader, root: Any, *, at: int | None = None) -> set[str]:
    """The datasets that come from one, by name."""
    return _named(lineage(reader, root, Direction.OUT, at=at), root)


def origins(reader: Reader, root: Any, *, at: int | None = None) -> set[str]:
    """The datasets that one comes from, by name."""
    return _named(lineage(reader, root, Direction.IN, at=at), root)


def _named(found: Lineage, root: Any) -> set[str]:
    keys = {node.key for node in found.nodes if node.key.startswith("dataset/")} - {root.key}
    return {DatasetId.parse(key).name for key in keys}


def reasons(found: Lineage) -> set[str]:
    """The codes of what an answer does not know."""
    return {str(reason.code) for reason in found.coverage.reasons}
