"""What the lineage from the SQL of a job follows from: its SQL over time, and what it says itself that it reads and
writes."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from catalog import state
from catalog.derivation.intervals import Held
from catalog.fold.history import DELETED, Fold, Stretch, load_closed
from catalog.fold.ledger import FACTS, RUNS, SQL, Address
from catalog.graph import Direction
from catalog.instant import instant_of, sortable
from catalog.store.port import ALL_TIME, Range, Reader, Space
from ontology.vocabulary import Origin, Rel


@dataclass(frozen=True, slots=True)
class HeldSql(Held[str]):
    """A text; ``seen``: the instant at which it was last told, nanoseconds."""

    seen: int


@dataclass(frozen=True, slots=True)
class JobSql:
    """``sql``: the texts (``ingest.sql_facet`` encodes them); ``inputs``, ``outputs``: keys of datasets."""

    sql: tuple[HeldSql, ...] = ()
    inputs: tuple[Held[str], ...] = ()
    outputs: tuple[Held[str], ...] = ()


@dataclass(slots=True)
class _Found:
    sql: list[HeldSql] = field(default_factory=list)
    inputs: list[Held[str]] = field(default_factory=list)
    outputs: list[Held[str]] = field(default_factory=list)


def job_sql(reader: Reader, jobs: Collection[str]) -> dict[str, JobSql]:
    """All of it, for each of the jobs. What an open run said that a later one ended counts no more."""
    found: Mapping[str, _Found] = {job: _Found() for job in jobs}
    _add_ended(reader, found)
    for job, history in state.histories(reader, jobs).items():
        found[job].sql += _latest(history.stretches)
    for job, fold in state.lineage_folds(reader, jobs).items():
        found[job].sql += [*_latest(fold.stretches), *_open(fold)]
    with_sql = {job for job, one in found.items() if one.sql}
    texts = state.blobs(reader, {held.value for job in with_sql for held in found[job].sql})
    _add_sides(reader, {job: found[job] for job in with_sql})
    return {job: _read(one, texts) for job, one in found.items()}


def told_again(
    reader: Reader, sources: Mapping[str, JobSql], commands: Collection[int]
) -> dict[str, frozenset[int]]:
    """Of each job whose text was told before the instant of a command and since: when an entry behind the command first
    named the job."""
    wanted = {
        job: {at for at in commands for one in source.sql if (one.start or 0) <= at < one.seen}
        for job, source in sources.items()
    }
    ranges = [Range(job, low=sortable(at + 1)) for job, instants in wanted.items() for at in instants]
    found: defaultdict[str, set[int]] = defaultdict(set)
    for row in reader.scan(Space.SIGHTING, ranges, limit=1) if ranges else ():
        found[row.partition].add(instant_of(row.sort))
    return {job: frozenset(instants) for job, instants in found.items()}


def _read(found: _Found, texts: Mapping[str, str]) -> JobSql:
    sql = sorted({replace(one, value=texts[one.value]) for one in found.sql}, key=repr)
    return JobSql(tuple(sql), tuple(found.inputs), tuple(found.outputs))


def _add_ended(reader: Reader, found: Mapping[str, _Found]) -> None:
    partitions = {Address(job, kind).stretches: job for job in found for kind in (FACTS, RUNS)}
    for row in reader.scan(Space.STRETCH, [Range(partition) for partition in partitions]) if found else ():
        closed = load_closed(row.value)
        if closed.key == SQL and closed.stretch.value != DELETED:
            start, end = instant_of(closed.stretch.first), instant_of(closed.at)
            if start < end:
                seen = instant_of(closed.stretch.last)
                found[partitions[row.partition]].sql.append(HeldSql(closed.stretch.value, start, end, seen))


def _latest(stretches: Mapping[str, Stretch]) -> list[HeldSql]:
    stretch = stretches.get(SQL)
    if stretch is None or stretch.value == DELETED:
        return []
    return [HeldSql(stretch.value, instant_of(stretch.first), None, instant_of(stretch.last))]


def _open(fold: Fold) -> list[HeldSql]:
    told = [(one.values[SQL], instant_of(one.at)) for one in fold.open if SQL in one.values]
    return [HeldSql(value, at, None, at) for value, at in told]


def _add_sides(reader: Reader, found: Mapping[str, _Found]) -> None:
    edges = (
        reader.edges(list(found), (Rel.CONSUMED_BY, Rel.PRODUCES), Direction.BOTH, ALL_TIME) if found else []
    )
    told: defaultdict[tuple[str, str], set[Held[str]]] = defaultdict(set)
    for edge in edges:
        if edge.via in found and edge.origin != Origin.PARSED:
            dataset = edge.source if edge.type == Rel.CONSUMED_BY else edge.target
            told[edge.via, edge.type].add(Held(dataset, edge.valid_from, edge.valid_to))
    for (job, type_), held in told.items():
        side = found[job].inputs if type_ == Rel.CONSUMED_BY else found[job].outputs
        side += sorted(held, key=repr)
