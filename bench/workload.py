"""The events that are sent: OpenLineage run events as producers write them, of some shapes, as bytes.

A job's facets and those of its datasets depend on the job alone, so that a second run of it repeats them word for word.
"""

import json
import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

PRODUCER = "https://example.org/etl"
SPEC = "https://openlineage.io/spec"
NAMESPACE = "postgres://warehouse:5432"
_BEGIN = datetime(2024, 5, 1, tzinfo=UTC)
_RUN_EVERY = timedelta(hours=1)
_STARTS_APART = timedelta(milliseconds=100)
_RUNS_FOR = timedelta(seconds=42)

Json: TypeAlias = dict[str, Any]


Wiring: TypeAlias = Callable[["Shape", int], tuple[list[str], list[str]]]
"""The names of the datasets that a job reads and of those that it writes."""


def alone(shape: "Shape", job: int) -> tuple[list[str], list[str]]:
    """Datasets of its own for each job."""
    inputs = [f"{shape.name}.raw_{job:06}_{number}" for number in range(shape.inputs)]
    return inputs, [f"{shape.name}.mart_{job:06}_{number}" for number in range(shape.outputs)]


def layered(width: int) -> Wiring:
    """Layers of jobs, so many in each, that read tables of the layer before and write one of their own."""

    def wiring(shape: "Shape", job: int) -> tuple[list[str], list[str]]:
        before = range(job // width * width, job // width * width + width)
        inputs = random.Random(job).sample(before, shape.inputs)
        return [f"{shape.name}.table_{table:06}" for table in inputs], [
            f"{shape.name}.table_{job + width:06}"
        ]

    return wiring


def around_a_hub(shape: "Shape", job: int) -> tuple[list[str], list[str]]:
    """All jobs read one table, each for a table of its own."""
    return [f"{shape.name}.hub"], [f"{shape.name}.mart_{job:06}"]


@dataclass(frozen=True, slots=True)
class Shape:
    """How big one job is."""

    name: str
    inputs: int
    outputs: int
    columns: int
    sources: int
    """Columns that an output column comes from, at most: the first comes from one, the next from two, …"""
    types: tuple[str, ...] = ("START", "COMPLETE")
    """The events of one run, in order."""
    wiring: Wiring = alone


SMALL = Shape("small", inputs=1, outputs=1, columns=10, sources=1)
WIDE = Shape("wide", inputs=5, outputs=2, columns=30, sources=3)
SMALL_ONCE = replace(SMALL, name="small once", types=("COMPLETE",))
"""One event a run: in *first*, then, nothing of any event was ever seen before."""
HUB = Shape("hub", inputs=1, outputs=1, columns=10, sources=1, wiring=around_a_hub)
ONE_JOB = replace(SMALL, name="one job")
FLOOD = replace(SMALL, name="flood", types=("RUNNING",))
"""One run that goes on and on: a streaming job tells its figures at each checkpoint."""


def layers(width: int) -> Shape:
    """A layered graph: each job reads 2 tables of the layer before."""
    return Shape(f"layered x{width}", inputs=2, outputs=1, columns=5, sources=2, wiring=layered(width))


def run_events(shape: Shape, job: int, run: int) -> list[bytes]:
    """The events of one run of one job."""
    begin = _BEGIN + run * _RUN_EVERY + job * _STARTS_APART
    return [
        _encoded(shape, job, run, type_, begin + (_RUNS_FOR if type_ == "COMPLETE" else timedelta()))
        for type_ in shape.types
    ]


def runs(shape: Shape, jobs: range, run: int) -> list[list[bytes]]:
    """One run of each job."""
    return [run_events(shape, job, run) for job in jobs]


def flood(events: range) -> list[list[bytes]]:
    """RUNNING events of one run, a second apart, each with other figures of its output."""
    return [
        [_encoded(FLOOD, 0, 0, "RUNNING", _BEGIN + number * timedelta(seconds=1), checkpoint=number)]
        for number in events
    ]


def batches(pairs: list[list[bytes]], size: int) -> list[list[bytes]]:
    """The same events as bodies of the batch endpoint: one after the other, ``size`` events in each."""
    events = [event for pair in pairs for event in pair]
    starts = range(0, len(events), size)
    return [[b"[" + b",".join(events[start : start + size]) + b"]"] for start in starts]


def _encoded(
    shape: Shape, job: int, run: int, event_type: str, at: datetime, checkpoint: int | None = None
) -> bytes:
    run_id = uuid.uuid5(uuid.NAMESPACE_URL, f"{PRODUCER}/{shape.name}/{job}/{run}")
    inputs, outputs = shape.wiring(shape, job)
    event: Json = {
        "eventTime": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "eventType": event_type,
        "producer": PRODUCER,
        "schemaURL": f"{SPEC}/2-0-2/OpenLineage.json#/$defs/RunEvent",
        "run": {"runId": str(run_id), "facets": _run_facets()},
        "job": {
            "namespace": "bench",
            "name": f"{shape.name}.load_{job:06}",
            "facets": _job_facets(shape, job),
        },
        "inputs": [_dataset(name, _dataset_facets(shape)) for name in inputs],
        "outputs": [_output(shape, inputs, name, checkpoint) for name in outputs],
    }
    return json.dumps(event, separators=(",", ":")).encode()


def _facet(name: str, version: str, /, **members: Any) -> Json:
    url = f"{SPEC}/facets/{version}/{name}.json#/$defs/{name}"
    return {"_producer": PRODUCER, "_schemaURL": url, **members}


def _run_facets() -> Json:
    engine = _facet("ProcessingEngineRunFacet", "1-1-1", name="warehouse", version="16.2")
    return {"processing_engine": engine}


def _job_facets(shape: Shape, job: int) -> Json:
    select = ", ".join(_columns(shape)[:4])
    return {
        "jobType": _facet(
            "JobTypeJobFacet", "2-0-3", processingType="BATCH", integration="BENCH", jobType="TASK"
        ),
        "sql": _facet("SQLJobFacet", "1-1-0", query=f"insert into mart select {select}, … from raw_{job}"),
    }


def _columns(shape: Shape) -> list[str]:
    return [f"col_{number:02}" for number in range(shape.columns)]


def _dataset(name: str, facets: Json) -> Json:
    return {"namespace": NAMESPACE, "name": name, "facets": facets}


def _output(shape: Shape, inputs: list[str], name: str, checkpoint: int | None) -> Json:
    output = _dataset(name, {**_dataset_facets(shape), "columnLineage": _column_lineage(shape, inputs)})
    if checkpoint is None:
        return output
    rows = _facet("OutputStatisticsOutputDatasetFacet", "1-0-2", rowCount=1000 * checkpoint, size=1_000_000)
    return {**output, "outputFacets": {"outputStatistics": rows}}


def _dataset_facets(shape: Shape) -> Json:
    fields = [{"name": name, "type": "VARCHAR"} for name in _columns(shape)]
    return {"schema": _facet("SchemaDatasetFacet", "1-1-1", fields=fields)}


def _column_lineage(shape: Shape, inputs: list[str]) -> Json:
    fields = {
        name: {
            "inputFields": [_source(shape, inputs, position, which) for which in _sources(shape, position)]
        }
        for position, name in enumerate(_columns(shape))
    }
    return _facet("ColumnLineageDatasetFacet", "1-2-0", fields=fields)


def _sources(shape: Shape, position: int) -> range:
    return range(1 + position % shape.sources)


def _source(shape: Shape, inputs: list[str], position: int, which: int) -> Json:
    subtype = "IDENTITY" if shape.sources == 1 else "TRANSFORMATION"
    return {
        "namespace": NAMESPACE,
        "name": inputs[(position + which) % len(inputs)],
        "field": f"col_{(position + which) % shape.columns:02}",
        "transformations": [{"type": "DIRECT", "subtype": subtype}],
    }
