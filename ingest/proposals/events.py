"""OpenLineage events as a proposal: what a build of the new state told, its schemas and SQL against the graph.

As the file transport writes them (one a line), in an array, or as ``{"events": […]}``. A dataset that the graph does
not have under its name is the one of the same last name that the same job writes there: so a build elsewhere is
understood.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from catalog.canonical import NotJson
from catalog.coverage import spoken
from catalog.graph import Direction
from catalog.identity import DatasetId, JobId
from catalog.impact.change import Change, ChangeKind, Place
from catalog.names import last_part
from ingest.decode import decode_event
from ingest.errors import BrokenDocument, Rejected, UnknownDataset
from ingest.proposals.columns import untyped
from ingest.proposals.differences import differences
from ingest.proposals.facets import shape_of
from ingest.proposals.gathered import Gathered, listed
from ingest.proposals.known import Known
from ingest.proposals.queries import query_change
from ingest.proposals.shape import Shape
from ingest.proposals.tables import NOT_WHOLE
from ingest.split import split
from ontology.vocabulary import Rel

MAX_EVENTS = 100_000
_FAILED = ("FAIL", "ABORT")
_PARTS = ("run", "job", "dataset")


@dataclass(slots=True)
class Build:
    """What events tell of outputs, by dataset: the job that makes it, its schema and the SQL of that job."""

    shapes: dict[DatasetId, Shape] = field(default_factory=dict)
    jobs: dict[DatasetId, set[JobId]] = field(default_factory=lambda: defaultdict(set))
    queries: dict[JobId, tuple[str, Place]] = field(default_factory=dict)
    ended: dict[DatasetId, tuple[str, DatasetId | None, Place]] = field(default_factory=dict)
    failed: set[JobId] = field(default_factory=set)


def matches(text: str) -> bool:
    """Whether a text begins with an event."""
    if text.lstrip()[:1] not in ("{", "["):
        return False
    first = next(iter(_events(text[:200_000] if "\n" in text[:200_000] else text)), None)
    return first is not None and is_event(first[1])


def is_event(value: Any) -> bool:
    """Whether a value is an event, by its shape."""
    return (
        isinstance(value, Mapping)
        and isinstance(value.get("eventTime"), str)
        and any(isinstance(value.get(part), Mapping) for part in _PARTS)
    )


def _events(text: str) -> Iterator[tuple[int | None, Any]]:
    """The events with their lines, as far as each has one; None where something is no JSON."""
    lines = text.splitlines()
    by_line = len(lines) > 1 and lines[0].strip().startswith("{") and lines[0].strip().endswith("}")
    if by_line:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                yield number, _decoded(line.encode("utf-8", "surrogatepass"))
        return
    for one in split(text.encode("utf-8", "surrogatepass")):
        yield None, _decoded(one) if isinstance(one, bytes) else None


def _decoded(data: bytes) -> Any:
    try:
        return decode_event(data).value
    except (Rejected, NotJson):
        return None


def read_build(text: str, file: str) -> Build:
    """What the events of a text tell. Raises BrokenDocument."""
    build = Build()
    for number, (line, event) in enumerate(_events(text), start=1):
        if number > MAX_EVENTS:
            raise BrokenDocument(f"{file}: There are more than {MAX_EVENTS} events.")
        if not is_event(event):
            where = f"line {line}" if line is not None else f"event {number}"
            raise BrokenDocument(f"{file}: {where} is no OpenLineage event.")
        _take(build, event, Place(file, line))
    return build


def _take(build: Build, event: Mapping[str, Any], place: Place) -> None:
    job = _identity(event.get("job"))
    of = None if job is None else JobId(*job)
    if of is not None and event.get("eventType") in _FAILED:
        build.failed.add(of)
        return
    outputs = event.get("outputs")
    told = [*(outputs if isinstance(outputs, list) else ()), event.get("dataset")]
    for one in told:
        named = _identity(one)
        if named is not None and isinstance(one, Mapping):
            _output(build, DatasetId(*named), of, one, place)
    query = _facet(event.get("job"), "sql").get("query")
    if of is not None and isinstance(query, str) and query.strip():
        build.queries[of] = (query, place)


def _output(
    build: Build, dataset: DatasetId, job: JobId | None, told: Mapping[str, Any], place: Place
) -> None:
    build.jobs[dataset] |= set() if job is None else {job}
    shape = shape_of(_facet(told, "schema"), place)
    if shape is not None:
        build.shapes[dataset] = shape
    state = _facet(told, "lifecycleStateChange")
    if state.get("lifecycleStateChange") == "DROP":
        build.ended[dataset] = ("DROP", None, place)
    before = _identity(state.get("previousIdentifier"))
    if state.get("lifecycleStateChange") == "RENAME" and before is not None:
        build.ended[DatasetId(*before)] = ("RENAME", dataset, place)


def _facet(holder: Any, key: str) -> Mapping[str, Any]:
    facets = holder.get("facets") if isinstance(holder, Mapping) else None
    found = facets.get(key) if isinstance(facets, Mapping) else None
    return found if isinstance(found, Mapping) and found.get("_deleted") is not True else {}


def _identity(value: Any) -> tuple[str, str] | None:
    if not isinstance(value, Mapping):
        return None
    namespace, name = value.get("namespace"), value.get("name")
    return (namespace, name) if isinstance(namespace, str) and isinstance(name, str) else None


def build_changes(known: Known, base: Build | None, head: Build, file: str) -> Gathered:
    """What the build changes. Raises UnknownDataset where the graph has none of what it writes."""
    found = Gathered(sources=[f"events {file}"])
    wanted = {*head.jobs, *head.ended}
    subjects = _subjects(known, wanted, head)
    lost = sorted(str(one) for one in wanted if one not in subjects)
    if len(lost) == len(wanted):
        shown = listed(lost, 3) if lost else "nothing"
        raise UnknownDataset(
            f"{file}: the build writes {shown}, and the graph has none of it.", _near(known, lost)
        )
    if lost:
        found.unread.append(f"{file}: {listed(lost, 5)} is not known, so it is taken for new.")
    if head.failed:
        names = listed((str(one) for one in head.failed), 5)
        found.unread.append(f"{file}: {names} failed, so what it would write is not known.")
    for dataset, (what, to, place) in head.ended.items():
        if dataset in subjects:
            kind = ChangeKind.DATASET_REMOVED if what == "DROP" else ChangeKind.DATASET_MOVED
            subject = subjects[dataset]
            found.changes.append(
                Change(subject, kind, None, spoken(subject), None if to is None else to.key, place=place)
            )
    shapes = known.shapes({subjects[one] for one in head.shapes if one in subjects})
    for dataset, shape in head.shapes.items():
        if dataset in subjects:
            before = None if base is None else base.shapes.get(dataset)
            sql = any(job in head.queries for job in head.jobs.get(dataset, ()))
            _compare(found, subjects[dataset], before or shapes[subjects[dataset]], shape, file, by_sql=sql)
    found.changes += _queries(base, head, subjects)
    return found


def _compare(found: Gathered, subject: str, before: Shape, after: Shape, file: str, *, by_sql: bool) -> None:
    """A schema without any type is often a part of one: what it lacks proves nothing. ``by_sql``: the SQL of the job is
    told as well, so where a schema is not whole, that decides."""
    whole = any(column.type is not None for column in after.columns)
    if by_sql and not (whole and before.whole):
        return
    shape = Shape(after.columns, whole=whole, ordered=whole, place=after.place)
    if not whole:
        found.unread.append(f"{file}: The schema of {spoken(subject)} has no types, so it may not be whole.")
    if not before.whole:
        found.unread.append(NOT_WHOLE.format(spoken(subject)))
    found.unread += untyped(subject, before, shape)
    found.changes += differences(subject, before, shape, fold=False)


def _queries(base: Build | None, head: Build, subjects: Mapping[DatasetId, str]) -> Iterator[Change]:
    for dataset, jobs in head.jobs.items():
        for job in sorted(jobs):
            if dataset in subjects and job in head.queries:
                query, place = head.queries[job]
                old = None if base is None else base.queries.get(job)
                if old is None or old[0] != query:
                    yield query_change(subjects[dataset], query, place)


def _subjects(known: Known, wanted: Collection[DatasetId], build: Build) -> dict[DatasetId, str]:
    """The dataset of the graph that each one is."""
    nodes = known.reader.nodes([one.key for one in wanted]) if wanted else {}
    found = {one: one.key for one in wanted if one.key in nodes}
    open_ = {one: build.jobs.get(one, set()) for one in wanted if one not in found}
    jobs = {job.key for jobs in open_.values() for job in jobs}
    written: defaultdict[str, set[str]] = defaultdict(set)
    for edge in known.reader.edges(jobs, (Rel.PRODUCES,), Direction.OUT, known.at) if jobs else ():
        written[edge.source].add(edge.target)
    for dataset, makers in open_.items():
        last = last_part(dataset.name).casefold()
        fits = {key for job in makers for key in written[job.key] if _last(key) == last}
        if len(fits) == 1:
            found[dataset] = fits.pop()
    return found


def _last(key: str) -> str | None:
    try:
        return last_part(DatasetId.parse(key).name).casefold()
    except ValueError:
        return None


def _near(known: Known, lost: list[str]) -> str | None:
    return known.near(lost[0]) if lost else None
