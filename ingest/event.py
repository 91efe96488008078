"""Recognition of one OpenLineage event: bytes to the log entry and the statements it makes.

The shapes are those of spec 2-0-2 and older. Whatever is recognisable is kept: a part that is wrong is set
aside with a problem, and only an event of which nothing can be applied is quarantined.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from catalog.canonical import encode, sha256
from catalog.entry import MAX_PRODUCER, EntryKind, LogEntry, Status
from catalog.fold.ledger import SQL
from catalog.fold.runs import WINDOW
from catalog.identity import DatasetId, JobId, RunId
from catalog.instant import order_key
from catalog.redaction import FORGOTTEN
from catalog.statement import (
    ASSERTIONS,
    NOTHING,
    RANK,
    STATIC_RANK,
    TOLD_BY_RUN,
    ColumnEdge,
    EventType,
    JobSighting,
    RunStatement,
    StatedLineage,
    Statements,
)
from catalog.values import Declared, encode_columns, encode_declared, encode_lineage
from ingest.datasets import COLUMN_LINEAGE, Datasets, Role, lose_facets, read_columns, read_job_id
from ingest.decode import MAX_EVENT_BYTES, decode_event
from ingest.envelope import check_origin, check_recognisable, kind_of, read_effective_time, read_event_type
from ingest.facets.facet import Facet, read_facets
from ingest.facets.job_type import is_complete_snapshot
from ingest.facets.lineage import LINEAGE, read_dataset_lineage, read_job_lineage
from ingest.facets.parent import read_parents
from ingest.facets.projection import project
from ingest.facets.registry import INPUT_FACETS, JOB_FACETS, OUTPUT_FACETS
from ingest.facets.run_facets import read_run_facets
from ingest.facets.sql import read_sql
from ingest.problems import Code, Problems, shown
from ingest.redaction import DEFAULT, Redaction


def recognise(
    data: bytes | str,
    *,
    received_ns: int,
    actor: str | None = None,
    max_bytes: int = MAX_EVENT_BYTES,
    redaction: Redaction = DEFAULT,
) -> tuple[LogEntry, Statements]:
    """The log entry of an event and what it says.

    The SHA-256 of the event's canonical JSON text is the entry's identity, so an event written in two ways is one
    entry. ``LogEntry.body`` is that text without what is redacted. The order key is that of design §4; where the
    eventTime cannot be read the time of receipt stands in (such an entry is quarantined and orders nothing).

    Raises Unparsable, NotAnEvent, TooLarge, TooDeep: all others are kept, with their problems and a status.
    """
    event, repaired = decode_event(data, max_bytes)
    check_recognisable(event)
    body = encode(event)
    entry_hash = sha256(body)
    kind = kind_of(event)
    problems = Problems()
    if repaired:
        message = "The body has NaN, Infinity, lone surrogates, UTF-16 or NUL; those became text."
        problems.note(Code.REPAIRED_JSON, "$", message)
    kept = redaction.of(event, body, problems)
    if kept is not event:
        event, body = kept, encode(kept)
    check_origin(event, kind, problems)
    event_type = read_event_type(event, problems) if kind is EntryKind.RUN_EVENT else None
    effective_ns = read_effective_time(event, received_ns, problems)
    statements = NOTHING if effective_ns is None else _interpret(event, kind, event_type, problems)
    entry = LogEntry(
        hash=entry_hash,
        kind=kind,
        order_key=order_key(
            received_ns if effective_ns is None else effective_ns, _rank(kind, event_type), entry_hash
        ),
        received_ns=received_ns,
        body=body,
        status=_status(statements, problems),
        problems=problems.listed(),
        actor=actor,
        producer=_producer(event),
    )
    return entry, statements


def _producer(event: dict[str, Any]) -> str | None:
    producer = event.get("producer")
    return producer[:MAX_PRODUCER] if isinstance(producer, str) and producer else None


def _rank(kind: EntryKind, event_type: EventType | None) -> int:
    return RANK[event_type] if kind is EntryKind.RUN_EVENT else STATIC_RANK


def _status(statements: Statements, problems: Problems) -> Status:
    if statements == NOTHING:
        return Status.QUARANTINED
    return Status.PARTIAL if problems.lost else Status.APPLIED


def _interpret(
    event: dict[str, Any], kind: EntryKind, event_type: EventType | None, problems: Problems
) -> Statements:
    _lose_extra_parts(event, kind, problems)
    if kind is EntryKind.DATASET_EVENT:
        return _dataset_event(event, problems)
    is_run = kind is EntryKind.RUN_EVENT
    said = _run_event(event, event_type, problems) if is_run else _job_event(event, problems)
    return _without_checks(said) if event.get("job") == {FORGOTTEN: True} else said


def _without_checks(said: Statements) -> Statements:
    """What the event of a forgotten job says of others: not what the job checked."""
    checks = (ASSERTIONS, TOLD_BY_RUN + ASSERTIONS)
    kept = (
        replace(one, values={key: text for key, text in one.values.items() if key not in checks})
        for one in said.datasets
    )
    return replace(said, datasets=tuple(kept))


def _lose_extra_parts(event: dict[str, Any], kind: EntryKind, problems: Problems) -> None:
    """A part that this kind of event does not have (a run event's ``dataset``, for example) is set aside."""
    extra = {"dataset"} if kind is not EntryKind.DATASET_EVENT else {"run", "job", "inputs", "outputs"}
    for key in sorted(extra):
        if event.get(key):
            problems.lose(Code.EXTRA_PART, f"$.{key}", f"A {kind} has no {key}; it was not applied.")


def _run_event(event: dict[str, Any], event_type: EventType | None, problems: Problems) -> Statements:
    run, job = _read_run(event.get("run"), problems), read_job_id(event.get("job"), "$.job", problems)
    datasets = Datasets(problems)
    inputs = datasets.read_list(event, "inputs", "inputFacets")
    outputs = datasets.read_list(event, "outputs", "outputFacets")
    datasets.read_named(event)
    if run is None or job is None:
        _lose_run({"inputs": inputs, "outputs": outputs}, problems)
        return Statements(datasets.sightings(job=job), _job_sighting(event, job, {}, problems))
    job_facets = read_facets(event["job"], "$.job", problems)
    lineage = _lineage(job_facets, job, datasets, (inputs, outputs), problems)
    columns = outputs.columns(problems)
    window = _window(job_facets, inputs, outputs, columns, lineage)
    facets = read_facets(event["run"], "$.run", problems)
    told, parents = read_run_facets(facets, problems), read_parents(facets, run, problems)
    sql = read_sql(job_facets, facets)
    statement = RunStatement(
        run=run,
        job=job,
        event_type=event_type,
        facets=told.texts,
        inputs=inputs.texts(INPUT_FACETS, problems),
        outputs=outputs.texts(OUTPUT_FACETS, problems),
        columns={} if window else columns,
        parent=parents.parent,
        root=parents.root,
        values={**told.values, **window, **({} if sql is None else {SQL: sql})},
        properties=told.properties,
        stated=None if window else lineage,
    )
    sightings = datasets.sightings(job=job, run=run)
    return Statements(sightings, JobSighting(job, project(job_facets, JOB_FACETS, problems)), statement)


def _lineage(
    facets: Mapping[str, Facet],
    job: JobId,
    datasets: Datasets,
    roles: tuple[Role, Role],
    problems: Problems,
) -> StatedLineage | None:
    """What the lineage facet of the job states; the datasets that it reads and writes by it join the others."""
    for dataset, known in datasets.facets.items():
        if LINEAGE in known and not known[LINEAGE].deleted:
            message = (
                f"The lineage facet of a dataset counts on dataset events; of {dataset} it is kept as sent."
            )
            problems.lose(Code.EXTRA_PART, known[LINEAGE].path, message)
    read = read_job_lineage(facets[LINEAGE], job, problems) if LINEAGE in facets else None
    if read is None:
        return None
    for role, named in zip(roles, (read.inputs, read.outputs), strict=True):
        for dataset in sorted(named):
            role.datasets.setdefault(dataset, {})
            datasets.facets.setdefault(dataset, {})
    return read.stated


def _window(
    job_facets: Mapping[str, Facet],
    inputs: Role,
    outputs: Role,
    columns: Mapping[DatasetId, frozenset[ColumnEdge]],
    stated: StatedLineage | None,
) -> dict[str, str]:
    """All lineage of an event that says it is a complete snapshot; one that names no dataset replaces nothing."""
    if not is_complete_snapshot(job_facets) or not (inputs.datasets or outputs.datasets):
        return {}
    edges = frozenset(edge for found in columns.values() for edge in found)
    declared = Declared(frozenset(inputs.datasets), frozenset(outputs.datasets), edges, stated)
    return {WINDOW: encode_declared(declared)}


def _lose_run(roles: dict[str, Role], problems: Problems) -> None:
    """Tell that a run has no runId or no job, and what could therefore not be applied."""
    problems.lose(
        Code.RUN, "$.run", "Without a runId and a job, the state and facets of the run were not applied."
    )
    _lose_lineage(roles, "the run or its job", problems)


def _lose_lineage(roles: dict[str, Role], unknown: str, problems: Problems) -> None:
    for key, role in roles.items():
        if role.datasets:
            message = f"The {key} were applied as datasets, but not as lineage: {unknown} is unknown."
            problems.lose(Code.RUN, f"$.{key}", message)


def _read_run(run: Any, problems: Problems) -> RunId | None:
    run_id = run.get("runId") if isinstance(run, dict) else None
    if not isinstance(run_id, str) or not run_id:
        problems.lose(Code.RUN_ID, "$.run.runId", f"A run has a runId that is text; this is {shown(run_id)}.")
        return None
    identity = RunId.lenient(run_id)
    if not identity.is_uuid:
        message = f"A runId is a UUID; {shown(run_id)} is kept as it is."
        problems.note(Code.RUN_ID, "$.run.runId", message)
    return identity


def _job_event(event: dict[str, Any], problems: Problems) -> Statements:
    job = read_job_id(event.get("job"), "$.job", problems)
    datasets = Datasets(problems)
    inputs = datasets.read_list(event, "inputs", "inputFacets")
    outputs = datasets.read_list(event, "outputs", "outputFacets")
    datasets.read_named(event)
    lose_facets((("inputs", inputs), ("outputs", outputs)), problems)
    facets = {} if job is None else read_facets(event["job"], "$.job", problems)
    lineage = None if job is None else _lineage(facets, job, datasets, (inputs, outputs), problems)
    lists = isinstance(event.get("inputs"), list) or isinstance(event.get("outputs"), list)
    declared: dict[str, str | None] = {}
    if lists or lineage is not None:
        declared["declared"] = _declared(inputs, outputs, lineage, problems)
    elif LINEAGE in facets and facets[LINEAGE].deleted:
        declared["declared"] = None
    if job is None:
        _lose_lineage({"inputs": inputs, "outputs": outputs}, "the job", problems)
    if "sql" in facets:  # a deleted facet, and one without a query, takes it back
        declared[SQL] = read_sql(facets, {})
    return Statements(datasets.sightings(job=job), _job_sighting(event, job, declared, problems))


def _declared(inputs: Role, outputs: Role, lineage: StatedLineage | None, problems: Problems) -> str:
    """The whole set that a JobEvent declares; a side it does not have is empty."""
    columns = outputs.columns(problems).values()
    edges = frozenset(edge for edges in columns for edge in edges)
    return encode_declared(Declared(frozenset(inputs.datasets), frozenset(outputs.datasets), edges, lineage))


def _job_sighting(
    event: dict[str, Any], job: JobId | None, derived: Mapping[str, str | None], problems: Problems
) -> JobSighting | None:
    if job is None:
        return None
    return JobSighting(
        job, {**project(read_facets(event["job"], "$.job", problems), JOB_FACETS, problems), **derived}
    )


def _dataset_event(event: dict[str, Any], problems: Problems) -> Statements:
    datasets = Datasets(problems)
    dataset = datasets.read(event["dataset"], "$.dataset")
    if dataset is None:
        return NOTHING
    facets = datasets.facets[dataset]
    derived = _declared_columns(facets.get(COLUMN_LINEAGE), dataset, problems)
    derived |= _stated_by_dataset(facets.get(LINEAGE), dataset, problems)
    return Statements(datasets.sightings({dataset: derived}))


def _declared_columns(facet: Facet | None, dataset: DatasetId, problems: Problems) -> dict[str, str | None]:
    if facet is None:
        return {}
    edges = read_columns(facet, dataset, problems)
    return {"columns": None} if facet.deleted else {} if edges is None else {"columns": encode_columns(edges)}


def _stated_by_dataset(facet: Facet | None, dataset: DatasetId, problems: Problems) -> dict[str, str | None]:
    if facet is None or facet.deleted:
        return {} if facet is None else {LINEAGE: None}
    output = read_dataset_lineage(facet, dataset, problems)
    return {} if output is None else {LINEAGE: encode_lineage(StatedLineage(frozenset((output,))))}
