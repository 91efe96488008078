"""OpenLineage events of the demo's runs.

Run ids are UUIDs of the job, the day and the attempt, so the same run has the same id every time.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from openlineage.client.event_v2 import (
    DatasetEvent,
    InputDataset,
    Job,
    JobEvent,
    OutputDataset,
    Run,
    RunEvent,
    RunState,
    StaticDataset,
)
from openlineage.client.facet_v2 import (
    InputDatasetFacet,
    RunFacet,
    error_message_run,
    nominal_time_run,
    output_statistics_output_dataset,
    parent_run,
    processing_engine_run,
)

from api.demo import facets, finance, logistics, orders
from api.demo.facets import PRODUCER
from api.demo.model import Dataset, Task, namespace_of
from api.demo.shop import ENGINE_VERSION, Check, Column, Shop

Event = RunEvent | JobEvent | DatasetEvent

_RUN_IDS = uuid.uuid5(uuid.NAMESPACE_URL, "urn:meshline:demo:runs")
_KNOWN = {dataset.name: dataset for dataset in (*orders.DATASETS, *logistics.DATASETS, *finance.DATASETS)}


@dataclass(frozen=True, slots=True)
class DemoRun:
    """A run of a domain's pipeline (task None) or of one task in it."""

    domain: str
    midnight: datetime
    task: Task | None = None
    attempt: int = 1

    @property
    def id(self) -> str:
        name = self.task.name if self.task else "daily"
        return str(uuid.uuid5(_RUN_IDS, f"{self.domain}/{name}/{self.midnight:%Y-%m-%d}/{self.attempt}"))

    @property
    def parent(self) -> "DemoRun | None":
        return DemoRun(self.domain, self.midnight) if self.task else None

    @property
    def job(self) -> Job:
        return facets.task_job(self.task) if self.task else facets.pipeline_job(self.domain)


def started(run: DemoRun, at: datetime, shop: Shop) -> RunEvent:
    """START of a run; of a task with the inputs as they are and the output it is going to write."""
    inputs = _inputs(run.task, shop) if run.task else []
    return _event(RunState.START, run, at, {}, inputs, _plain_outputs(run.task))


def completed(run: DemoRun, at: datetime, shop: Shop, rows: int | None = None) -> RunEvent:
    """COMPLETE of a run; of a task with schemas, column lineage, row counts and checks as they came out."""
    if run.task is None:
        return _event(RunState.COMPLETE, run, at, {}, [], [])
    inputs = _inputs(run.task, shop, shop.check(run.task))
    return _event(RunState.COMPLETE, run, at, {}, inputs, _outputs(run.task, shop, rows))


def failed(run: DemoRun, at: datetime, shop: Shop, message: str) -> RunEvent:
    """FAIL of a task with the message of the database."""
    error = error_message_run.ErrorMessageRunFacet(message, "SQL", producer=PRODUCER)
    inputs = _inputs(run.task, shop) if run.task else []
    return _event(RunState.FAIL, run, at, {"errorMessage": error}, inputs, _plain_outputs(run.task))


def designed(task: Task, at: datetime, shop: Shop) -> JobEvent:
    """JobEvent of a task that is planned: lineage declared before any run."""
    outputs = [_output(task.output, ())] if task.output else []
    return JobEvent(
        eventTime=_time(at),
        producer=PRODUCER,
        job=facets.task_job(task),
        inputs=_inputs(task, shop),
        outputs=outputs,
    )


def described(dataset: Dataset, at: datetime, shop: Shop) -> DatasetEvent:
    """DatasetEvent of a dataset that no job writes."""
    static = StaticDataset(
        dataset.namespace,
        dataset.name,
        facets=facets.dataset_facets(dataset.name, shop.columns(dataset.name), dataset),
    )
    return DatasetEvent(eventTime=_time(at), producer=PRODUCER, dataset=static)


def _event(
    state: RunState,
    run: DemoRun,
    at: datetime,
    extra: dict[str, RunFacet],
    inputs: list[InputDataset],
    outputs: list[OutputDataset],
) -> RunEvent:
    return RunEvent(
        eventType=state,
        eventTime=_time(at),
        producer=PRODUCER,
        run=Run(run.id, _run_facets(run) | extra),
        job=run.job,
        inputs=inputs,
        outputs=outputs,
    )


def _run_facets(run: DemoRun) -> dict[str, RunFacet]:
    found: dict[str, RunFacet] = {
        "nominalTime": nominal_time_run.NominalTimeRunFacet(
            _time(run.midnight), _time(run.midnight + timedelta(days=1)), producer=PRODUCER
        )
    }
    if run.parent:
        found["processing_engine"] = processing_engine_run.ProcessingEngineRunFacet(
            ENGINE_VERSION, "DuckDB", producer=PRODUCER
        )
        job, run_id = run.parent.job, run.parent.id
        found["parent"] = parent_run.ParentRunFacet(
            run=parent_run.Run(run_id),
            job=parent_run.Job(job.namespace, job.name),
            root=parent_run.Root(parent_run.RootRun(run_id), parent_run.RootJob(job.namespace, job.name)),
            producer=PRODUCER,
        )
    return found


def _inputs(task: Task, shop: Shop, checks: tuple[Check, ...] = ()) -> list[InputDataset]:
    input_facets: dict[str, InputDatasetFacet] = (
        {"dataQualityAssertions": facets.assertions(checks)} if checks else {}
    )
    return [
        InputDataset(
            namespace_of(name),
            name,
            facets=facets.dataset_facets(name, shop.columns(name), _KNOWN.get(name)),
            inputFacets=input_facets,
        )
        for name in task.inputs
    ]


def _plain_outputs(task: Task | None) -> list[OutputDataset]:
    return [OutputDataset(namespace_of(task.output), task.output)] if task and task.output else []


def _outputs(task: Task, shop: Shop, rows: int | None) -> list[OutputDataset]:
    if task.output is None:
        return []
    output = _output(task.output, shop.columns(task.output))
    if task.lineage is not None and output.facets is not None:
        output.facets["columnLineage"] = facets.column_lineage(task.lineage)
    statistics = output_statistics_output_dataset.OutputStatisticsOutputDatasetFacet(
        rowCount=rows, producer=PRODUCER
    )
    output.outputFacets = {"outputStatistics": statistics}
    return [output]


def _output(name: str, columns: tuple[Column, ...]) -> OutputDataset:
    written = facets.dataset_facets(name, columns, _KNOWN.get(name))
    return OutputDataset(namespace_of(name), name, facets=written)


def _time(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S}Z"
