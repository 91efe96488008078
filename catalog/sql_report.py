"""What is told of the SQL of jobs: how far it was understood, what its names mean, where producers say otherwise."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import msgspec

from catalog.aliases import Classes, is_dataset
from catalog.derivation.marks import REPORT, marks_of, past_reports
from catalog.graph import Direction, Edge
from catalog.sql_form import SqlForm
from catalog.store.port import Reader, Space
from ontology.vocabulary import Origin, Rel


class SqlStatus(StrEnum):
    """COMPLETE: each name and statement is understood. PARTIAL: some. FAILED: nothing is. PENDING: not yet analysed, or
    to be analysed again."""

    COMPLETE = "COMPLETE"
    PARTIAL = "PARTIAL"
    FAILED = "FAILED"
    PENDING = "PENDING"


@dataclass(frozen=True, slots=True)
class SqlProblem:
    """Why something is not known: a code, the statement (counted from 0; None: the whole text), a sentence."""

    reason: str
    statement: int | None
    message: str


@dataclass(frozen=True, slots=True)
class SqlStatement:
    """One statement: its place in the text, its first words, and how far it was understood."""

    index: int
    kind: str
    status: SqlStatus


@dataclass(frozen=True, slots=True)
class SqlTable:
    """A table that the text reads or writes (``role``), and what it was taken for.

    ``name`` None: the job's own output. ``dataset``: a key, None where the ``rule`` tells why not.
    """

    role: str
    name: str | None
    dataset: str | None
    rule: str
    candidates: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SqlReport:
    """What is told of the SQL in force of a job; of several texts (runs under way) all of it.

    ``forms``: None where they are not known of all.
    """

    status: SqlStatus
    dialects: tuple[str, ...] = ()
    problems: tuple[SqlProblem, ...] = ()
    statements: tuple[SqlStatement, ...] = ()
    tables: tuple[SqlTable, ...] = ()
    forms: frozenset[SqlForm] | None = None


_WORST = (SqlStatus.FAILED, SqlStatus.PARTIAL, SqlStatus.COMPLETE)


def sql_reports(
    reader: Reader, jobs: Collection[str], at: int | None = None, waiting: Collection[str] | None = None
) -> dict[str, SqlReport]:
    """The reports of the jobs that have SQL, by key; as of an instant those of the SQL in force then.

    ``waiting``: the jobs whose SQL is to be read anew, where they are known; else they are asked for.
    """
    stored = reader.records(Space.DERIVE, [(job, REPORT) for job in jobs]) if jobs else {}
    if waiting is None:
        waiting = {job for job, marks in marks_of(reader, jobs).items() if marks} if jobs else ()
    texts = {job: _decoder.decode(text) for (job, _), text in stored.items()}
    if at is not None:
        texts = _texts_at(reader, jobs, texts, at)
    found = {job: _report(of_job) for job, of_job in texts.items()}
    pending = {job: _pending(found.get(job)) for job in jobs if job in waiting}
    return {**found, **pending}


def _texts_at(
    reader: Reader, jobs: Collection[str], now: Mapping[str, list["_Text"]], at: int
) -> dict[str, list["_Text"]]:
    found: defaultdict[str, list[_Text]] = defaultdict(list)
    for row in reader.scan(Space.DERIVE, past_reports(jobs, at)) if jobs else ():
        found[row.partition] += [text for end, text in _past_decoder.decode(row.value) if at < end]
    for job, texts in now.items():
        found[job] += [text for text in texts if text.since is None or text.since <= at]
    return {job: texts for job, texts in found.items() if texts}


def _pending(known: SqlReport | None) -> SqlReport:
    if known is None:
        return SqlReport(SqlStatus.PENDING)
    return replace(known, status=SqlStatus.PENDING)


class _Text(msgspec.Struct, frozen=True):
    """As ``ingest.derivation.report`` writes it."""

    since: int | None
    status: SqlStatus
    dialect: str | None
    problems: list[tuple[str, int | None, str]]
    statements: list[tuple[int, str, SqlStatus]]
    tables: list[tuple[str, str | None, str | None, str, tuple[str, ...]]]
    forms: frozenset[SqlForm] | None = None


_decoder = msgspec.json.Decoder(list[_Text])
_past_decoder = msgspec.json.Decoder(list[tuple[int, _Text]])


def _report(texts: Sequence[_Text]) -> SqlReport:
    statuses = {text.status for text in texts}
    forms = [text.forms for text in texts]
    return SqlReport(
        next(status for status in _WORST if status in statuses),
        tuple(sorted({text.dialect for text in texts if text.dialect is not None})),
        tuple(dict.fromkeys(SqlProblem(*row) for text in texts for row in text.problems)),
        tuple(dict.fromkeys(SqlStatement(*row) for text in texts for row in text.statements)),
        tuple(dict.fromkeys(SqlTable(*row) for text in texts for row in text.tables)),
        None if None in forms else frozenset().union(*filter(None, forms)),
    )


@dataclass(frozen=True, slots=True, order=True)
class Contradiction:
    """A producer says that a field comes from another one, and the SQL, understood in whole, does not."""

    job: str
    target: str
    source: str


def contradictions(
    reader: Reader, jobs: Collection[str], at: int | None = None
) -> dict[str, tuple[Contradiction, ...]]:
    """Where producers say of the outputs of jobs what the SQL denies, now or as of an instant. Both stand."""
    reports = sql_reports(reader, jobs, at)
    whole = {job for job, report in reports.items() if report.status is SqlStatus.COMPLETE}
    columns, outputs = _columns(reader, whole, at)
    classes = Classes(reader, at)
    classes.close_fields({edge.source for edge in columns})
    parsed: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for edge in columns:
        if edge.origin == Origin.PARSED:
            parsed[edge.via, edge.target].add(classes.name(edge.source))
    found: defaultdict[str, set[Contradiction]] = defaultdict(set)
    for edge in columns:
        home = edge.target if is_dataset(edge.target) else outputs.get(edge.target)
        if edge.origin == Origin.PARSED or home is None or not _tells(parsed, edge.via, home, outputs):
            continue
        said = parsed[edge.via, edge.target] | parsed[edge.via, home]
        if classes.name(edge.source) not in said:
            found[edge.via].add(Contradiction(edge.via, edge.target, edge.source))
    return {job: tuple(sorted(one)) for job, one in found.items()}


def _columns(reader: Reader, jobs: Collection[str], at: int | None) -> tuple[list[Edge], dict[str, str]]:
    """The column edges that the jobs tell of what they write, and the dataset of each field of it."""
    writes = reader.edges(jobs, (Rel.PRODUCES,), Direction.OUT, at) if jobs else []
    datasets = {edge.target for edge in writes}
    fields = reader.edges(datasets, (Rel.HAS_FIELD,), Direction.OUT, at) if datasets else []
    homes = {edge.target: edge.source for edge in fields}
    ends = datasets | homes.keys()
    edges = reader.edges(ends, (Rel.FEEDS, Rel.INFLUENCES), Direction.IN, at) if ends else []
    return [edge for edge in edges if edge.via in jobs], homes


def _tells(
    parsed: Mapping[tuple[str, str], set[str]], job: str, dataset: str, homes: Mapping[str, str]
) -> bool:
    """Whether the SQL of a job tells columns of a dataset at all."""
    return any(
        teller == job and sources and (target == dataset or homes.get(target) == dataset)
        for (teller, target), sources in parsed.items()
    )
