"""Generated sets of events over a small world, and schedules to send them by.

The world is small so that things meet: three jobs, seven datasets, four fields, five runs (one used by two jobs), few
instants so that ties happen.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from hypothesis import strategies as st

from tests.convergence.said import Event

RECEIVED = "2024-05-01T12:00:00Z"
RECEIVED_NS = int(datetime(2024, 5, 1, 12, tzinfo=UTC).timestamp()) * 10**9
INSTANTS = (
    "2024-05-01T10:00:00Z",
    "2024-05-01T10:00:01Z",
    "2024-05-01T12:00:02+02:00",
    "2024-05-01T10:00:02.250Z",
    "2024-05-01T10:01:00",
    "2024-05-01T12:03:00Z",
    "2099-01-01T00:00:00Z",
)
DATASETS = (
    ("db", "a"),
    ("db", "b"),
    ("db", "c"),
    ("s3://lake", "raw/b c"),
    ("db", "Änderung"),
    ("s3a://lake", "raw/b c/"),
    ("s3://lake", "raw/b c/dt=2024-05-01"),
)
NAMES_ONLY = (("cte", "x"), ("s3://lake", "alias"), ("db", '"b"'))
"""Names that no event uses as a dataset: only column lineage and symlinks give them."""
FIELDS = ("id", "total", "address", "address.city")
JOBS = (("jobs", "load"), ("jobs", "serve"), ("other", "load"))
RUNS = (*(f"00000000-0000-4000-8000-00000000000{n}" for n in range(1, 5)), "run five")
PARENTS = (*RUNS[:2], "00000000-0000-4000-8000-0000000000ff")
TYPES = ("START", "RUNNING", "COMPLETE", "COMPLETE", "FAIL", "ABORT", "OTHER", None)

T = TypeVar("T")
Draw = Callable[[st.SearchStrategy[Any]], Any]


def envelope(time: str, **members: Any) -> Event:
    return {"eventTime": time, "producer": "urn:test", "schemaURL": "urn:test", **members}


def named(names: tuple[str, str], **members: Any) -> dict[str, Any]:
    """A job or dataset."""
    return {"namespace": names[0], "name": names[1], **members}


def _sometimes(draw: Draw, strategy: st.SearchStrategy[T]) -> T | None:
    return draw(st.none() | strategy)  # type: ignore[no-any-return]


TOMBSTONE = st.just({"_deleted": True})


@st.composite
def schemas(draw: Draw) -> dict[str, Any]:
    fields: list[dict[str, Any]] = []
    for name in draw(st.lists(st.sampled_from(FIELDS[:3]), unique=True, max_size=3)):
        field: dict[str, Any] = {"name": name, "type": draw(st.sampled_from(("int", "text")))}
        if name == "address":
            field["fields"] = [{"name": "city"}]
        fields.append(field)
    return {"fields": fields}


OWNERSHIP = st.sampled_from(
    (
        {"owners": [{"name": "team:orders", "type": "MAINTAINER"}, {"name": "user:ada"}]},
        {"owners": [{"name": "urn:li:corpuser:ada"}]},
        {"owners": [{"name": "orders", "type": "OWNER"}]},
        {"owners": []},
        {},
    )
)
TAGS = st.sampled_from(
    (
        {"tags": [{"key": "pii", "value": "true", "source": "USER", "field": "total"}]},
        {"tags": [{"key": "pii", "value": "true"}, {"key": "pii", "value": "no", "field": "unseen"}]},
        {"tags": [{"key": "gold", "value": "", "source": "dbt"}]},
        {"tags": []},
    )
)
HIERARCHY = st.sampled_from(
    ({"hierarchy": [{"type": "DATABASE", "name": "shop"}, {"type": "TABLE", "name": "a"}]}, {"hierarchy": []})
)
STORAGE = st.sampled_from(({"storageLayer": "delta", "fileFormat": "parquet"}, {"fileFormat": "orc"}))
JOB_TAGS = st.sampled_from(
    ({"tags": [{"key": "pii", "value": "true"}, {"key": "gold", "value": ""}]}, {"tags": []})
)
QUALITY = st.sampled_from(
    (
        {"dataQualityMetrics": {"rowCount": 1, "columnMetrics": {}}},
        {"dataQualityMetrics": {"rowCount": 2, "columnMetrics": {}}},
        {"dataQualityAssertions": {"assertions": [{"assertion": "unique", "success": True}]}},
        {"dataQualityAssertions": {"assertions": [{"assertion": "unique", "success": False}]}},
    )
)
DOCUMENTATION = st.sampled_from(({"description": "one"}, {"description": "two"}))
CUSTOM = st.sampled_from(({"n": 1}, {"n": 2}, {"n": [None, "ü", {}]}))
JOB_TYPES = st.sampled_from(
    (
        {"processingType": "BATCH", "integration": "X"},
        {"processingType": "STREAMING"},
        {
            "processingType": "SERVICE",
            "emissionPattern": {"eventTrigger": "PERIODIC", "windowDuration": 300},
        },
    )
)
SYMLINKS = st.lists(st.sampled_from((*DATASETS, *NAMES_ONLY)), max_size=2, unique=True).map(
    lambda links: {"identifiers": [named(link, type="TABLE") for link in links]}
)
HOW = st.sampled_from(
    (
        {"type": "DIRECT", "subtype": "IDENTITY"},
        {"type": "DIRECT", "subtype": "TRANSFORMATION", "masking": True, "description": "hash"},
        {"type": "INDIRECT", "subtype": "FILTER"},
    )
)
SOURCES = st.builds(
    lambda names, field, how: named(names, field=field, **({"transformations": how} if how else {})),
    st.sampled_from((*DATASETS[:3], NAMES_ONLY[0], NAMES_ONLY[2])),
    st.sampled_from(FIELDS),
    st.lists(HOW, max_size=2),
)
MODERN_OUTPUT = st.builds(lambda sources: {"inputFields": sources}, st.lists(SOURCES, max_size=2))
LEGACY_OUTPUT = st.builds(
    lambda names, kind: {"inputFields": [named(names, field="id")], "transformationType": kind},
    st.sampled_from(DATASETS[:2]),
    st.sampled_from(("IDENTITY", "MASKED")),
)
COLUMN_LINEAGE = st.fixed_dictionaries(
    {"fields": st.dictionaries(st.sampled_from(FIELDS), MODERN_OUTPUT | LEGACY_OUTPUT, max_size=2)},
    optional={"dataset": st.lists(SOURCES, max_size=2)},
)


DEPENDENCIES = st.builds(
    lambda side, jobs, rule: {
        side: [{"job": named(job), "sequence_trigger_rule": "FINISH_TO_START"} for job in jobs],
        **({} if rule is None else {"trigger_rule": rule}),
    },
    st.sampled_from(("upstream", "downstream")),
    st.lists(st.sampled_from((*JOBS[:2], ("jobs", "waiting"))), max_size=2, unique=True),
    st.sampled_from((None, "ALL_SUCCESS")),
)
EXTRACTION_ERRORS = st.sampled_from(
    [
        {"totalTasks": total, "failedTasks": failed, "errors": [{"errorMessage": "?"}] * failed}
        for total, failed in ((2, 0), (2, 1), (3, 1))
    ]
)
RUN_FACETS: dict[str, st.SearchStrategy[Any]] = {
    "custom": CUSTOM,
    "jobDependencies": DEPENDENCIES,
    "extractionError": EXTRACTION_ERRORS,
    "nominalTime": st.sampled_from(
        ({"nominalStartTime": INSTANTS[0]}, {"nominalStartTime": INSTANTS[2], "nominalEndTime": INSTANTS[3]})
    ),
    "errorMessage": st.sampled_from(
        ({"message": "no", "programmingLanguage": "SQL"}, {"message": "ü", "programmingLanguage": "SQL"})
    ),
    "processing_engine": st.sampled_from(({"version": "1"}, {"version": "2", "name": "X"})),
}


def _run_facets(draw: Draw, *keys: str) -> dict[str, Any]:
    """One or two facets of a run, now and then."""
    if draw(st.integers(0, 3)):
        return {}
    chosen = draw(st.lists(st.sampled_from(keys or sorted(RUN_FACETS)), max_size=2, unique=True))
    return {key: draw(RUN_FACETS[key]) for key in chosen}


def _facets(draw: Draw, **choices: st.SearchStrategy[Any]) -> dict[str, Any]:
    """Mostly no facets; each of those a tombstone now and then."""
    keys = draw(st.lists(st.sampled_from(sorted(choices)), max_size=2, unique=True))
    return {key: draw(choices[key] | choices[key] | TOMBSTONE) for key in keys}


FACETS: dict[str, st.SearchStrategy[Any]] = {
    "schema": schemas(),
    "documentation": DOCUMENTATION,
    "custom": CUSTOM,
    "symlinks": SYMLINKS,
    "ownership": OWNERSHIP,
    "tags": TAGS,
    "hierarchy": HIERARCHY,
    "storage": STORAGE,
}


@st.composite
def datasets(draw: Draw, *, output: bool = False) -> dict[str, Any]:
    facets = _facets(draw, **FACETS)
    if output and draw(st.booleans()):
        facets["columnLineage"] = draw(COLUMN_LINEAGE)
    found = named(draw(st.sampled_from(DATASETS)), facets=facets)
    chance = draw(st.integers(0, 5))
    if chance == 0:
        found["outputFacets" if output else "inputFacets"] = {"subset": draw(CUSTOM)}
    elif chance == 1:
        place = draw(st.sampled_from(("facets", "facets" if output else "inputFacets")))
        found.setdefault(place, {}).update(draw(QUALITY))
    return found


def _sides(draw: Draw) -> dict[str, Any]:
    sides: dict[str, Any] = {}
    for side in ("inputs", "outputs"):
        found = _sometimes(draw, st.lists(datasets(output=side == "outputs"), max_size=2))
        if found is not None:
            sides[side] = found
    return sides


@st.composite
def jobs(draw: Draw, names: tuple[str, str]) -> dict[str, Any]:
    facets = _facets(
        draw,
        documentation=DOCUMENTATION,
        jobType=JOB_TYPES,
        custom=CUSTOM,
        ownership=OWNERSHIP,
        tags=JOB_TAGS,
    )
    return named(names, facets=facets)


@st.composite
def run_events(draw: Draw) -> Event:
    number = draw(st.integers(0, len(RUNS) - 1))
    usual = JOBS[0] if number < 3 else JOBS[1]
    job = draw(st.sampled_from((usual, usual, usual, JOBS[2]))) if number == 2 else usual
    facets: dict[str, Any] = {}
    if draw(st.integers(0, 4)) == 0:
        facets["parent"] = draw(parents(RUNS[number]))
    facets |= _run_facets(draw)
    type_ = draw(st.sampled_from(TYPES))
    members = {} if type_ is None else {"eventType": type_}
    run = {"runId": RUNS[number], "facets": facets}
    return envelope(draw(st.sampled_from(INSTANTS)), run=run, job=draw(jobs(job)), **members, **_sides(draw))


@st.composite
def parents(draw: Draw, child: str) -> dict[str, Any]:
    others = st.sampled_from([run for run in PARENTS if run != child])
    facet = {
        "run": {"runId": draw(others)},
        "job": named(draw(st.sampled_from((*JOBS[:2], ("jobs", "parent"))))),
    }
    root = _sometimes(draw, others)
    return (
        facet if root is None else {**facet, "root": {"run": {"runId": root}, "job": named(("jobs", "root"))}}
    )


@st.composite
def job_events(draw: Draw) -> Event:
    job = draw(jobs(draw(st.sampled_from(JOBS))))
    sides = _sides(draw)
    for holder in (holder for side in sides.values() for holder in side):
        holder.pop("inputFacets", None)
        holder.pop("outputFacets", None)
    return envelope(draw(st.sampled_from(INSTANTS)), job=job, **sides)


@st.composite
def dataset_events(draw: Draw) -> Event:
    facets = _facets(draw, **FACETS, columnLineage=COLUMN_LINEAGE)
    return envelope(
        draw(st.sampled_from(INSTANTS)), dataset=named(draw(st.sampled_from(DATASETS)), facets=facets)
    )


def _column(source: str, target: str) -> dict[str, Any]:
    return {"fields": {target: {"inputFields": [named(("db", source), field="id")]}}}


COLUMNS = st.sampled_from((None, _column("a", "id"), _column("b", "id"), _column("b", "total")))


@st.composite
def lineage_events(draw: Draw) -> Event:
    """Run events of one job that are about lineage alone, so that many runs of it follow each other."""
    facets = _run_facets(draw, "jobDependencies", "extractionError")
    run = {"runId": draw(st.sampled_from(RUNS)), "facets": facets}
    type_ = draw(st.sampled_from(("COMPLETE", "COMPLETE", "COMPLETE", "START", "RUNNING", "FAIL")))
    inputs = [
        named(names) for names in draw(st.lists(st.sampled_from(DATASETS[:2]), max_size=2, unique=True))
    ]
    outputs = []
    for names in draw(st.lists(st.sampled_from(DATASETS[1:3]), max_size=2, unique=True)):
        columns = draw(COLUMNS)
        outputs.append(named(names, **({} if columns is None else {"facets": {"columnLineage": columns}})))
    time = draw(st.sampled_from(INSTANTS[:5]))
    return envelope(time, eventType=type_, run=run, job=named(JOBS[0]), inputs=inputs, outputs=outputs)


@st.composite
def fact_events(draw: Draw) -> Event:
    """Events about one dataset and its facets alone, so that many values of one key follow each other."""
    facets = _facets(draw, **FACETS)
    dataset = named(DATASETS[0], facets=facets)
    time = draw(st.sampled_from(INSTANTS[:5]))
    if draw(st.booleans()):
        return envelope(time, dataset=dataset)
    return envelope(time, eventType="OTHER", run={"runId": RUNS[3]}, job=named(JOBS[1]), inputs=[dataset])


EVENTS = (
    lineage_events()
    | lineage_events()
    | fact_events()
    | run_events()
    | run_events()
    | job_events()
    | dataset_events()
)


@dataclass(frozen=True)
class Scenario:
    """A set of events and two ways to send it: each a list of batches."""

    events: tuple[Event, ...]
    one: tuple[tuple[Event, ...], ...]
    other: tuple[tuple[Event, ...], ...]


def _sets(events: st.SearchStrategy[Event]) -> st.SearchStrategy[list[Event]]:
    return st.lists(events, min_size=1, max_size=4) | st.lists(events, min_size=6, max_size=14)


@st.composite
def schedules(draw: Draw, events: tuple[Event, ...]) -> tuple[tuple[Event, ...], ...]:
    """All events in any order, some again, in batches of any size."""
    again = draw(st.lists(st.sampled_from(events), max_size=3))
    order = draw(st.permutations([*events, *again]))
    batches: list[tuple[Event, ...]] = []
    while order:
        size = draw(st.integers(1, 4))
        batches.append(tuple(order[:size]))
        order = order[size:]
    return tuple(batches)


@st.composite
def scenarios(draw: Draw) -> Scenario:
    """All kinds of events mixed, or one kind alone: of a job's lineage, of a dataset's facts."""
    events = tuple(draw(_sets(EVENTS) | _sets(EVENTS) | _sets(lineage_events()) | _sets(fact_events())))
    return Scenario(events, draw(schedules(events)), draw(schedules(events)))
