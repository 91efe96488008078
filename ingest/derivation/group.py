"""The derived lineage of a group of jobs, computed from what a reader shows.

A group is closed: whose SQL may get another schema because a job of it infers one, is in it too. Within it no inferred
schema is taken over from before: all begin unknown, and what follows from the schemas that were sent is added until
nothing is new. So jobs that read what each other make get the least result that fits, whatever came first.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from catalog.alias_rulings import taken_apart
from catalog.changes import Position
from catalog.command import briefly
from catalog.coverage import spoken
from catalog.derivation.definers import intervals_text, source_at, stored_definers
from catalog.derivation.intervals import Held, Interval, bounds, cut, in_force, joined
from catalog.derivation.job_sql import JobSql, job_sql, told_again
from catalog.derivation.marks import awaits, defined_in, defines, registered, retells, users, uses
from catalog.derivation.schemas import Columns, schemas
from catalog.derivation.settlement import Basis, Dependence, Result
from catalog.errors import CatalogError
from catalog.forgetting import forgets
from catalog.graph import EdgeSpec
from catalog.identity import DatasetId, JobId, is_hashed
from catalog.instant import instant_of
from catalog.store.port import Reader
from ingest.derivation.analyst import Analyst, Text
from ingest.derivation.report import Piece, add_piece, encoded, encoded_past, report, underived
from ingest.derivation.spans import Name, Said, Span, making, names_in, said_by, sides_in, span_of
from ingest.derivation.surroundings import Neighbourhood, identities
from ingest.derivation.telling import Entities, Telling
from ingest.sql import SqlLineage

T = TypeVar("T")
log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Derived:
    """What is computed of one job. ``made``: dataset → all the columns that the SQL gives it."""

    job: str
    edges: dict[EdgeSpec, list[Interval]] = field(default_factory=dict)
    entities: Entities = field(default_factory=dict)
    made: dict[str, list[Held[Columns]]] = field(default_factory=dict)
    report: str | None = None
    past: dict[int, str] = field(default_factory=dict)


class Group:
    """Reads what the derived lineage of jobs follows from; ``jobs`` may become more by that."""

    def __init__(self, reader: Reader, jobs: Collection[str], analyst: Analyst) -> None:
        self._reader = reader
        self._analyst = analyst
        self._sources: dict[str, JobSql] = {}
        self._ids: dict[str, JobId] = {}
        self._names: dict[str, tuple[DatasetId, ...]] = {}
        self._around = Neighbourhood(reader)
        self._commands = briefly(reader)
        self._forgets = forgets(self._commands)
        self._apart = taken_apart(self._commands)
        self._asked: dict[str, set[Name]] = {}
        self._faults: dict[str, str] = {}
        self.jobs: set[str] = set()
        self.spans: dict[str, list[Span]] = {}
        fresh = set(jobs)
        while fresh:
            self._read(fresh)
            self.jobs |= fresh
            fresh = self._dependents(fresh) - self.jobs
        datasets = self._datasets()
        self._schemas = schemas(reader, datasets)
        self._whole = frozenset(self._schemas.whole)
        self._registered = stored_definers(reader, datasets)
        self._definers = self._all_definers()

    def _read(self, jobs: Collection[str]) -> None:
        """Their SQL, and what its names mean."""
        self._sources.update(job_sql(self._reader, jobs))
        self._ids.update(_job_ids(self._reader, jobs))
        self._name({dataset for job in jobs for dataset in sides_in(self._sources[job])})
        again = self._told_again(jobs)
        said = {
            job: self._tried(job, partial(said_by, self._sources[job], self._names, again.get(job, ()))) or []
            for job in jobs
        }
        self._tried(None, partial(self._analyst.learn, _texts(said.values())))
        texts = {job: self._tried(job, partial(self._analysed, said[job])) or [] for job in jobs}
        for job, found in texts.items():
            self._asked[job] = {name for one in found for name in names_in(*one)}
        self._name(self._around.learn({name for job in jobs for name in self._asked[job]}))
        for job, found in texts.items():
            self.spans[job] = self._tried(job, partial(self._spans, found)) or []
        self._name({dataset for job in jobs for span in self.spans[job] for dataset in span.datasets})

    def _told_again(self, jobs: Collection[str]) -> Mapping[str, Collection[int]]:
        """When jobs say their SQL anew behind commands to forget."""
        commands = {instant_of(one.at) for one in self._forgets}
        return told_again(self._reader, {job: self._sources[job] for job in jobs}, commands)

    def _analysed(self, said: Iterable[Said]) -> list[tuple[Said, SqlLineage]]:
        return [(one, self._analyst.lineage(one.query, one.dialect, {})) for one in said]

    def _spans(self, texts: Iterable[tuple[Said, SqlLineage]]) -> list[Span]:
        return [span_of(*one, self._names, self._around, self._forgets) for one in texts]

    def _tried(self, job: str | None, compute: Callable[[], T]) -> T | None:
        """What is computed of a job; None where that fails: a text of a form that nobody has met must not take the
        lineage of other jobs with it. Without a job: what is computed anew for each."""
        if job in self._faults:
            return None
        try:
            return compute()
        except CatalogError:
            raise
        except Exception as error:
            if job is not None:
                log.exception("The SQL of %s could not be derived.", spoken(job))
                self._faults[job] = type(error).__name__
            return None

    def _name(self, datasets: Collection[str]) -> None:
        unnamed = set(datasets) - self._names.keys()
        if unnamed:
            self._names.update(identities(self._reader, unnamed, self._apart))

    def _dependents(self, jobs: Collection[str]) -> set[str]:
        """The jobs whose SQL uses a dataset that one of the jobs defines, or did, and that has no schema of its own."""
        defined = {dataset for job in jobs for span in self.spans[job] for dataset in span.defined}
        for places in registered(self._reader, jobs).values():
            defined |= defined_in(places)
        whole = schemas(self._reader, defined).whole
        return users(self._reader, {uses(dataset) for dataset in defined - whole})

    def _datasets(self) -> set[str]:
        return {dataset for job in self.jobs for span in self.spans[job] for dataset in span.datasets}

    def _all_definers(self) -> dict[str, tuple[Held[str], ...]]:
        found: defaultdict[str, list[Held[str]]] = defaultdict(list)
        for dataset, held in self._registered.items():
            found[dataset] += [one for one in held if one.value not in self.jobs]
        for job in self.jobs:
            for dataset, intervals in self._defined(job).items():
                found[dataset] += [Held(job, start, end) for start, end in intervals]
        return {dataset: tuple(held) for dataset, held in found.items()}

    def _defined(self, job: str) -> dict[str, list[Interval]]:
        """The datasets that a job makes with all their columns, and when."""
        found: defaultdict[str, list[Interval]] = defaultdict(list)
        for span in self.spans[job]:
            for dataset in span.defined:
                found[dataset].append((span.said.start, span.said.end))
        return {dataset: joined(intervals) for dataset, intervals in found.items()}

    def _places(self, job: str) -> dict[str, str]:
        """Where a job is to be registered, so that what changes its result marks it."""
        found = dict.fromkeys(self._dependence(job).places, "")
        defined = self._defined(job).items()
        return {**found, **{defines(dataset): intervals_text(held) for dataset, held in defined}}

    def _dependence(self, job: str) -> Dependence:
        """What a job depends on."""
        names = self._asked[job]
        datasets = sides_in(self._sources[job]) | {one for span in self.spans[job] for one in span.datasets}
        places = {*map(uses, datasets), *(awaits(*name) for name in names)} if self.spans[job] else set()
        if any(span.forgotten for span in self.spans[job]):
            places.add(retells(job))
        return Dependence(places, datasets, names)

    def basis(self, since: Position) -> Basis:
        """What the results follow from, beside the jobs themselves. ``since``: read before all else."""
        wanted = {job: self._dependence(job) for job in self.jobs}
        return Basis(since, wanted, self._registered, tuple(self._commands))

    def results(self) -> list[Result]:
        """The result for each job, sorted by key."""
        return [
            Result(job, found.edges, found.entities, self._places(job), self._report(found), found.past)
            for job, found in sorted(self._derived().items())
        ]

    def _report(self, found: _Derived) -> str | None:
        fault = self._faults.get(found.job)
        return found.report if fault is None else underived(fault)

    def _derived(self) -> dict[str, _Derived]:
        results: dict[str, _Derived] = {}
        made: dict[tuple[str, str], tuple[Held[Columns], ...]] = {
            pair: held for pair, held in self._schemas.parsed.items() if pair[1] not in self.jobs
        }
        users_of: defaultdict[str, set[str]] = defaultdict(set)
        for job in self.jobs:
            for span in self.spans[job]:
                for dataset in span.datasets:
                    users_of[dataset].add(job)
        waiting, rounds = set(self.jobs), 0
        # One schema leads to the next: there are no more steps than jobs and times at which they make something.
        while waiting and rounds <= len(self.jobs) + 1 + sum(map(len, made.values())):
            fresh = {
                job: self._tried(job, partial(self._derive, job, made)) or _Derived(job)
                for job in sorted(waiting)
            }
            waiting = set()
            for job, result in fresh.items():
                results[job] = result
                for dataset in {*result.made, *(one for one, by in made if by == job)}:
                    held = tuple(result.made.get(dataset, ()))
                    if made.get((dataset, job), ()) != held:
                        made[dataset, job] = held
                        waiting |= users_of[dataset]
            rounds += 1
        return results

    def _derive(self, job: str, made: Mapping[tuple[str, str], tuple[Held[Columns], ...]]) -> _Derived:
        result = _Derived(job)
        told_of: list[Piece] = []
        for span, makes in making(self.spans[job]):
            pieces: list[Piece] = []
            instants = {at for dataset in span.datasets for at in self._changes(dataset, made)}
            instants |= {at for held in makes.values() for at in bounds(held)}
            for start, end in cut(instants, span.said.start, span.said.end):
                columns = {
                    dataset: found
                    for dataset in span.datasets
                    if (found := self._columns(dataset, start, made)) is not None
                }
                known = {name: columns[one] for name, one in span.tables.items() if one in columns}
                open_ = frozenset(
                    name for name, one in span.tables.items() if one in columns and self._is_open(one, start)
                )
                lineage = self._analyst.lineage(span.said.query, span.said.dialect, known, open_)
                telling = Telling(self._ids[job], span, self._names, columns, result.entities)
                elsewhere = {one for one, held in makes.items() if not any(h.at(start) for h in held)}
                told = telling.told(lineage, known=self._whole | elsewhere)
                for spec in told.edges:
                    result.edges.setdefault(spec, []).append((start, end))
                for dataset, made_columns in told.made.items():
                    result.made.setdefault(dataset, []).append(Held(made_columns, start, end))
                add_piece(pieces, (start, end, report(span, lineage)))
            told_of += pieces
        result.report, result.past = encoded(told_of), encoded_past(told_of)
        return result

    def _changes(self, dataset: str, made: Mapping[tuple[str, str], tuple[Held[Columns], ...]]) -> set[int]:
        """The instants at which the schema of a dataset may become another."""
        found = bounds(self._schemas.sent.get(dataset, ()))
        definers = () if dataset in self._whole else self._definers.get(dataset, ())
        found |= bounds(definers)
        for job in {held.value for held in definers}:
            found |= bounds(made.get((dataset, job), ()))
        return found

    def _is_open(self, dataset: str, instant: int) -> bool:
        """Whether what was sent is a choice of the columns, and no SQL tells all."""
        if dataset in self._whole:
            return False
        return source_at(self._definers.get(dataset, ()), instant) is None

    def _columns(
        self, dataset: str, instant: int, made: Mapping[tuple[str, str], tuple[Held[Columns], ...]]
    ) -> Columns | None:
        """The schema that was sent and in force, else the first sent later, else the inferred one. Where what was sent
        does not count as whole and SQL makes the dataset, the inferred one, with the columns that only the other has.
        """
        held = in_force(self._schemas.sent.get(dataset, ()), instant, lambda one: (one.start or 0, ""))
        sent = None if held is None else held.value
        source = source_at(self._definers.get(dataset, ()), instant)
        if dataset in self._whole or source is None:
            return sent
        of_job = made.get((dataset, source.job), ())
        inferred = next((one.value for one in of_job if one.at(source.at)), None)
        if inferred is None:
            return None
        known = {column.name.casefold() for column in inferred}
        return (*inferred, *(column for column in sent or () if column.name.casefold() not in known))


def _texts(said: Iterable[Iterable[Said]]) -> list[Text]:
    return [(one.query, one.dialect) for all_said in said for one in all_said]


def _job_ids(reader: Reader, jobs: Collection[str]) -> dict[str, JobId]:
    found = {job: JobId.parse(job) for job in jobs if not is_hashed(job)}
    hashed = [job for job in jobs if job not in found]
    for key, node in reader.nodes(hashed).items() if hashed else ():
        found[key] = JobId(str(node.properties["namespace"]), str(node.properties["name"]))
    return found
