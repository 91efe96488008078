"""Events of every kind about one small mesh, so that what they say meets: for the state machine of ``machine``.

Six datasets (some of which are spellings of others), names that only symlinks and SQL give, three jobs, five runs,
eleven minutes. Every strategy gives one event of one kind, so that the machine can have a rule for each.
"""

from typing import Any

from hypothesis import strategies as st

from catalog.forget import Scope
from catalog.identity import DatasetId
from tests.convergence.events import (
    CUSTOM,
    DOCUMENTATION,
    HIERARCHY,
    HOW,
    JOB_TAGS,
    JOB_TYPES,
    OWNERSHIP,
    QUALITY,
    RUN_FACETS,
    STORAGE,
    TAGS,
    TOMBSTONE,
    Draw,
    envelope,
    named,
)
from tests.convergence.said import Event

NAMES = (
    ("db", "s.a"),
    ("db", "s.b"),
    ("db", "s.c"),
    ("db", '"s"."a"'),
    ("s3a://lake", "t/dt=1"),
    ("s3://lake", "t"),
)
ALSO_NAMED = (("hive", "s.a"), ("db", "t.a"), ("files", "/a"))
JOBS = (("jobs", "one"), ("jobs", "two"), ("db", "three"))
RUNS = (*(f"00000000-0000-4000-8000-00000000000{number}" for number in range(1, 5)), "run five")
TYPES = ("START", "START", "RUNNING", "COMPLETE", "COMPLETE", "COMPLETE", "FAIL", "ABORT", "OTHER", None)
COLUMNS = ("x", "y", "z")
A, B, C = NAMES[:3]
SQL = (
    ("select * from s.a", A, B),
    ("select *, 1 as more from s.b", B, C),
    ("select x as y, c.z from s.a join c on a.x = c.x", A, B),
    ("create table s.b as select x, y from a where z > 1", A, B),
    ("create table s.a as select * from s.c", C, A),
    ("insert into s.c select * from t.a", NAMES[5], C),
    ("update s.a set x = 1 where y in (select y from s.b)", B, A),
    ("select from where", A, C),
)
"""A query, a dataset that it may read, and one that it may write."""
MINUTES = st.integers(0, 10)
ANY_NAME = st.sampled_from(NAMES)
ANY_JOB = st.sampled_from(JOBS)
ANY_RUN = st.sampled_from(RUNS)
FAR_OFF = "2099-01-01T00:00:00Z"
"""A clock that is wrong: it counts as five minutes after receipt."""


def time(minute: int) -> str:
    return f"2024-05-01T10:{minute:02d}:00Z"


@st.composite
def times(draw: Draw) -> str:
    """Mostly a minute; some of them lie in the future of the machine's clock."""
    return FAR_OFF if draw(st.integers(0, 19)) == 19 else time(draw(MINUTES))


SCHEMAS = st.lists(st.sampled_from(COLUMNS), max_size=3, unique=True).map(
    lambda names: {"fields": [{"name": name, "type": "int"} for name in names]}
)
SYMLINKS = st.lists(st.sampled_from((*NAMES, *ALSO_NAMED)), min_size=1, max_size=2, unique=True).map(
    lambda links: {"identifiers": [named(link, type="TABLE") for link in links]}
)
SOURCES = st.builds(
    lambda names, field, how: named(names, field=field, **({"transformations": [how]} if how else {})),
    st.sampled_from((*NAMES, ("cte", "x"))),
    st.sampled_from(COLUMNS),
    st.none() | HOW,
)
COLUMN_LINEAGE = st.fixed_dictionaries(
    {
        "fields": st.dictionaries(
            st.sampled_from(COLUMNS),
            st.lists(SOURCES, max_size=2).map(lambda sources: {"inputFields": sources}),
            max_size=2,
        )
    },
    optional={"dataset": st.lists(SOURCES, max_size=1)},
)
DATASET_FACETS: dict[str, st.SearchStrategy[Any]] = {
    "schema": SCHEMAS,
    "symlinks": SYMLINKS,
    "documentation": DOCUMENTATION,
    "custom": CUSTOM,
    "ownership": OWNERSHIP,
    "tags": TAGS,
    "hierarchy": HIERARCHY,
    "storage": STORAGE,
}
JOB_FACETS: dict[str, st.SearchStrategy[Any]] = {
    "documentation": DOCUMENTATION,
    "jobType": JOB_TYPES
    | st.just({"processingType": "BATCH", "emissionPattern": {"eventContentMode": "COMPLETE_SNAPSHOT"}}),
    "custom": CUSTOM,
    "ownership": OWNERSHIP,
    "tags": JOB_TAGS,
}


def _some(draw: Draw, choices: dict[str, st.SearchStrategy[Any]], most: int = 2) -> dict[str, Any]:
    """Some facets, each a tombstone now and then."""
    keys = draw(st.lists(st.sampled_from(sorted(choices)), max_size=most, unique=True))
    return {key: draw(choices[key] | choices[key] | TOMBSTONE) for key in keys}


@st.composite
def datasets(draw: Draw, *, written: bool = False) -> dict[str, Any]:
    """An input or output, mostly with little said of it."""
    facets = _some(draw, DATASET_FACETS, 1)
    found = named(draw(ANY_NAME), facets=facets)
    chance = draw(st.integers(0, 5))
    if written and chance < 2:
        facets["columnLineage"] = draw(COLUMN_LINEAGE | TOMBSTONE)
    elif chance == 2:
        found["outputFacets" if written else "inputFacets"] = {"subset": draw(CUSTOM)}
    elif chance == 3:
        place = draw(st.sampled_from(("facets", "facets" if written else "inputFacets")))
        found.setdefault(place, {}).update(draw(QUALITY))
    return found


def _sides(draw: Draw) -> dict[str, Any]:
    inputs = draw(st.lists(datasets(), max_size=2))
    outputs = draw(st.lists(datasets(written=True), max_size=2))
    return {side: found for side, found in (("inputs", inputs), ("outputs", outputs)) if found}


def _run(draw: Draw, job_facets: dict[str, Any], run_facets: dict[str, Any], **sides: Any) -> Event:
    type_ = draw(st.sampled_from(TYPES))
    return envelope(
        draw(times()),
        run={"runId": draw(ANY_RUN), "facets": run_facets},
        job=named(draw(ANY_JOB), facets=job_facets),
        **({} if type_ is None else {"eventType": type_}),
        **sides,
    )


@st.composite
def run_events(draw: Draw) -> Event:
    """Of a run, with what its datasets are like."""
    return _run(draw, _some(draw, JOB_FACETS, 1), {}, **_sides(draw))


@st.composite
def facet_events(draw: Draw) -> Event:
    """Of a run that tells more of itself than of its datasets: its parent, times, dependencies, errors."""
    facets = {
        key: draw(RUN_FACETS[key])
        for key in draw(st.lists(st.sampled_from(sorted(RUN_FACETS)), max_size=2, unique=True))
    }
    if draw(st.booleans()):
        facets["parent"] = {"run": {"runId": draw(ANY_RUN)}, "job": named(draw(ANY_JOB))}
        if draw(st.booleans()):
            facets["parent"]["root"] = {"run": {"runId": "run of all"}, "job": named(("jobs", "all"))}
    return _run(draw, {}, facets)


@st.composite
def sql_events(draw: Draw) -> Event:
    """Of a run, or of a job alone, with SQL: its datasets mostly without a schema, which comes later or is inferred."""
    query, read, written = draw(st.sampled_from(SQL))
    facet = {"query": query} if draw(st.integers(0, 9)) else {"_deleted": True}
    sides: dict[str, Any] = {}
    for side, usual in (("inputs", read), ("outputs", written)):
        names = draw(st.sampled_from(([], [usual], [usual], [draw(ANY_NAME)])))
        sides[side] = [
            named(one, facets={} if draw(st.integers(0, 3)) else {"schema": draw(SCHEMAS)}) for one in names
        ]
    if draw(st.integers(0, 4)) == 0:
        return envelope(draw(times()), job=named(draw(ANY_JOB), facets={"sql": facet}), **sides)
    return _run(draw, {"sql": facet}, {}, **sides)


@st.composite
def schema_events(draw: Draw) -> Event:
    """A table is shown to have columns, or none any more."""
    facets = {"schema": draw(SCHEMAS | SCHEMAS | SCHEMAS | TOMBSTONE)}
    return envelope(draw(times()), dataset=named(draw(st.sampled_from((*NAMES[:3], A))), facets=facets))


@st.composite
def dataset_events(draw: Draw) -> Event:
    """What is declared of a dataset."""
    facets = _some(draw, {**DATASET_FACETS, "columnLineage": COLUMN_LINEAGE, "lineage": DERIVED})
    return envelope(draw(times()), dataset=named(draw(ANY_NAME), facets=facets))


@st.composite
def symlink_events(draw: Draw) -> Event:
    """What joins names, with a schema or without: chains of links, and links between tables that differ."""
    facets = {"symlinks": draw(SYMLINKS | SYMLINKS | TOMBSTONE), **_some(draw, {"schema": SCHEMAS}, 1)}
    return envelope(draw(times()), dataset=named(draw(ANY_NAME), facets=facets))


@st.composite
def lifecycle_events(draw: Draw) -> Event:
    """A dataset is made, dropped, changed, or comes to have another name; told by a run or alone."""
    word = draw(st.sampled_from(("CREATE", "DROP", "ALTER", "TRUNCATE", "RENAME", "RENAME")))
    facet = {"lifecycleStateChange": word}
    if word == "RENAME":
        facet["previousIdentifier"] = draw(ANY_NAME.map(named))
    dataset = named(draw(ANY_NAME), facets={"lifecycleStateChange": facet})
    if draw(st.booleans()):
        return envelope(draw(times()), dataset=dataset)
    return _run(draw, {}, {}, outputs=[dataset])


@st.composite
def job_events(draw: Draw) -> Event:
    """What is declared of a job."""
    sides = _sides(draw)
    for holder in (holder for side in sides.values() for holder in side):
        holder.pop("inputFacets", None)
        holder.pop("outputFacets", None)
    return envelope(draw(times()), job=named(draw(ANY_JOB), facets=_some(draw, JOB_FACETS)), **sides)


@st.composite
def sources(draw: Draw) -> dict[str, Any]:
    """A source of a lineage facet: a dataset, one of its fields, another job, or the job itself."""
    chance = draw(st.integers(0, 5))
    if chance == 0:
        return {"type": "JOB"}
    if chance == 1:
        return named(draw(ANY_JOB), type="JOB")
    field = {"field": draw(st.sampled_from(COLUMNS))} if draw(st.booleans()) else {}
    return named(draw(ANY_NAME), type="DATASET", **field)


DERIVED = st.lists(sources(), max_size=2).map(lambda found: {"inputs": found})
"""The lineage facet of a dataset."""


@st.composite
def stated_events(draw: Draw) -> Event:
    """A job or one of its runs states where its outputs come from."""
    entries = []
    for _ in range(draw(st.integers(0, 2))):
        target = draw(st.sampled_from((*NAMES, None)))
        entry: dict[str, Any] = {"type": "JOB"} if target is None else named(target, type="DATASET")
        entry["inputs"] = draw(st.lists(sources(), max_size=2))
        if target is not None and draw(st.booleans()):
            entry["fields"] = {"x": {"inputs": draw(st.lists(sources(), max_size=2))}}
        entries.append(entry)
    facets = {"lineage": draw(st.just({"entries": entries}) | st.just({"entries": entries}) | TOMBSTONE)}
    if draw(st.booleans()):
        return envelope(draw(times()), job=named(draw(ANY_JOB), facets=facets), **_sides(draw))
    return _run(draw, facets, {}, **_sides(draw))


EVENTS = (
    run_events()
    | facet_events()
    | sql_events()
    | schema_events()
    | dataset_events()
    | symlink_events()
    | lifecycle_events()
    | job_events()
    | stated_events()
)
ODD = st.sampled_from(
    ("", "{", "[]", "null", "{}", '{"eventTime": "yesterday", "job": {"namespace": "jobs", "name": "one"}}')
) | EVENTS.map(lambda event: {**event, "eventTime": "yesterday"})
"""What is no event, or none that can take effect: rejected or quarantined."""

SCOPES = st.one_of(
    ANY_NAME.map(lambda names: Scope("dataset", *names)),
    ANY_JOB.map(lambda names: Scope("job", *names)),
    ANY_RUN.map(lambda run: Scope("run", name=run)),
    st.sampled_from(("db", "jobs", "s3://lake")).map(lambda namespace: Scope("namespace", namespace)),
)
PAIRS = st.lists(st.sampled_from((*NAMES, *ALSO_NAMED)), min_size=2, max_size=2, unique=True).map(
    lambda names: (DatasetId(*names[0]), DatasetId(*names[1]))
)
