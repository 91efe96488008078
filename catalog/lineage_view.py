"""Lineage relationships as of one instant and of some origins, between alias classes: for walks and impact.

All questions are set-wise: a set of names in, edges out; never one question for each node.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import NamedTuple

import msgspec

from catalog.aliases import Classes, is_dataset
from catalog.coverage import Reason, no_column_lineage, origins_left_out, sql_not_understood
from catalog.derivation.marks import waiting_jobs
from catalog.graph import Direction, Edge
from catalog.sql_report import SqlReport, SqlStatus, sql_reports
from catalog.store.port import Reader
from ontology.vocabulary import Origin, Rel

COLUMN_RELS = (Rel.FEEDS, Rel.INFLUENCES)
DATASET_RELS = {
    Direction.OUT: (Rel.CONSUMED_BY, Rel.HAD_DERIVATION),
    Direction.IN: (Rel.PRODUCES, Rel.HAD_DERIVATION),
}
"""What leads away from a dataset: to a job, or past it to a dataset that is stated to come from it."""
JOB_RELS = {
    Direction.OUT: (Rel.PRODUCES, Rel.PASSES_DATA_TO),
    Direction.IN: (Rel.CONSUMED_BY, Rel.PASSES_DATA_TO),
}
"""What leads away from a job: to a dataset, or to another job."""


_COPIED = (("subtype", "IDENTITY"),)
JOB_EDGES = (Rel.CONSUMED_BY, Rel.PRODUCES)
_HAS_FIELD = Rel.HAS_FIELD.value
_INFLUENCES = Rel.INFLUENCES.value


class Column(msgspec.Struct, frozen=True, gc=False):
    """One column edge: the class it comes from, the classes it reaches (of a dataset: its known fields)."""

    source: str
    targets: tuple[str, ...]
    edge: Edge


class Told(NamedTuple):
    """What is told of fields, and of jobs: column edges, USED_BY edges, what leads out of the jobs."""

    columns: list[Column]
    uses: list[Edge]
    onwards: list[Edge]


class _Output(NamedTuple):
    """How a job is told to write a dataset: whether it states what that comes from, and whether it leaves fields
    open."""

    explicit: bool
    partial: bool


class View:
    """A reader, seen through alias classes. ``edges_read`` counts the lineage edges that were read."""

    def __init__(self, reader: Reader, at: int | None, origins: frozenset[str] | None = None) -> None:
        self.reader = reader
        self.at = at
        self.classes = Classes(reader, at)
        self.edges_read = 0
        self._origins = origins
        self._fields: dict[str, tuple[str, ...]] = {}
        self._outputs: dict[tuple[str, str], set[_Output]] = defaultdict(set)
        self._sql: dict[str, SqlReport] = {}
        self._sql_read: set[str] = set()
        self._waiting: frozenset[str] | None = None

    @property
    def has_all_origins(self) -> bool:
        """Whether edges of every origin are seen."""
        return self._origins is None

    def left_out(self) -> list[Reason]:
        """That edges of other origins are not seen, where that is so."""
        return [] if self._origins is None else [origins_left_out(self._origins)]

    def reads(self, keys: Iterable[str], direction: Direction) -> list[Edge]:
        """CONSUMED_BY edges out of these datasets, or (IN) into these jobs. Closes the datasets found."""
        return self._job_edges(keys, Rel.CONSUMED_BY, direction)

    def writes(self, keys: Iterable[str], direction: Direction) -> list[Edge]:
        """PRODUCES edges out of these jobs, or (IN) into these datasets. Closes the datasets found."""
        return self._job_edges(keys, Rel.PRODUCES, direction)

    def beside(self, datasets: Collection[str], direction: Direction) -> list[Edge]:
        """What leads out of or into these datasets: edges of jobs, derivations, other names since. Closes the datasets
        found."""
        return self._beside(
            self._edges(self.classes.keys(datasets), DATASET_RELS[direction], direction), datasets, direction
        )

    def beside_and_fields(self, datasets: Collection[str]) -> list[Edge]:
        """What leads out of these datasets; their fields are read in the same question."""
        rels = (*DATASET_RELS[Direction.OUT], Rel.HAS_FIELD)
        fields: list[Edge] = []
        others: list[Edge] = []
        for edge in self._edges(self.classes.keys(datasets), rels, Direction.OUT):
            (fields if edge.type == _HAS_FIELD else others).append(edge)
        self._note_fields(datasets, fields)
        return self._beside(others, datasets, Direction.OUT)

    def _beside(self, edges: list[Edge], datasets: Collection[str], direction: Direction) -> list[Edge]:
        edges += self._renames(datasets, direction)
        self.classes.close_datasets(
            edge.target if direction is Direction.OUT else edge.source
            for edge in edges
            if edge.type not in JOB_EDGES
        )
        return edges

    def onwards(self, jobs: Collection[str], direction: Direction) -> list[Edge]:
        """What leads out of or into these jobs: edges to datasets, and to jobs they pass data to. Closes the datasets
        found."""
        edges = self._edges(jobs, JOB_RELS[direction], direction)
        self._close_far(edges, direction)
        return edges

    def _close_far(self, edges: Iterable[Edge], direction: Direction) -> None:
        far = (edge.target if direction is Direction.OUT else edge.source for edge in edges)
        self.classes.close_datasets(filter(is_dataset, far))

    def columns(self, fields: Collection[str], direction: Direction) -> list[Column]:
        """Column edges out of or into these fields. Closes the fields and datasets found."""
        return self._columns_out(fields) if direction is Direction.OUT else self._columns_in(fields)

    def feeds(self, fields: Collection[str], direction: Direction) -> list[Column]:
        """Of the column edges out of or into these fields only those by which values flow. Closes the fields found."""
        out = direction is Direction.OUT
        edges = self._edges(self.classes.keys(fields), (Rel.FEEDS,), direction)
        self.classes.close_fields(edge.target if out else edge.source for edge in edges)
        name = self.classes.name
        told = [Column(name(edge.source), (name(edge.target),), edge) for edge in edges]
        return told + self._renamed_fields(fields, direction)

    def told_of(self, fields: Collection[str], jobs: Collection[str] = ()) -> "Told":
        """Column edges out of these fields, what the SQL of jobs uses of them, and what leads out of these jobs: one
        question for all. Closes the fields and datasets found."""
        jobs_out = JOB_RELS[Direction.OUT] if jobs else ()
        keys = [*self.classes.keys(fields), *jobs]
        by_type: dict[str, list[Edge]] = defaultdict(list)
        for edge in self._edges(keys, (*COLUMN_RELS, Rel.USED_BY, *jobs_out), Direction.OUT):
            by_type[edge.type].append(edge)
        onwards = [edge for rel in jobs_out for edge in by_type[rel]]
        self._close_far(onwards, Direction.OUT)
        columns = [edge for rel in COLUMN_RELS for edge in by_type[rel]]
        return Told(self._columns_of(columns, fields), by_type[Rel.USED_BY], onwards)

    def fields(self, datasets: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """The known fields of each class of datasets, sorted."""
        datasets = list(datasets)
        fresh = [name for name in datasets if name not in self._fields]
        if fresh:
            self._note_fields(fresh, self._edges(self.classes.keys(fresh), (Rel.HAS_FIELD,), Direction.OUT))
        return {dataset: self._fields[dataset] for dataset in datasets}

    def field_edges(self, datasets: Collection[str]) -> list[Edge]:
        """What tells of the fields of these datasets: for each who told it, with types. ``fields`` knows them then."""
        edges = self._edges(self.classes.keys(datasets), (Rel.HAS_FIELD,), Direction.OUT)
        self._note_fields(datasets, edges)
        return edges

    def _note_fields(self, datasets: Collection[str], edges: Collection[Edge]) -> None:
        """Keep all fields of these datasets. Closes them."""
        name = self.classes.name
        found: dict[str, set[str]] = defaultdict(set)
        self.classes.close_fields(edge.target for edge in edges)
        for edge in edges:
            found[name(edge.source)].add(name(edge.target))
        self._fields.update({dataset: tuple(sorted(found[dataset])) for dataset in datasets})

    def without_columns(
        self, pairs: Collection[tuple[str, str]], read: Iterable[Edge] = ()
    ) -> set[tuple[str, str]]:
        """Those of the pairs (job, dataset it writes) for which the job has told no column lineage, or not all of it:
        no producer told any, and its SQL is not understood in whole.

        ``read``: column edges read before, so that the store is asked only about what they do not tell. The edges that
        make the pairs were read through this view: what they state of an output decides of it.
        """
        stated = {pair for pair in pairs if self.is_stated(*pair)}
        partial = {pair for pair in stated if any(how.partial for how in self._told_outputs(*pair))}
        return partial | self._without_any(set(pairs) - stated, read)

    def is_stated(self, job: str, dataset: str) -> bool:
        """Whether all that was read of the job's writing the dataset states from which datasets it comes."""
        told = self._told_outputs(job, dataset)
        return bool(told) and all(how.explicit for how in told)

    def _told_outputs(self, job: str, dataset: str) -> set[_Output]:
        found = [self._outputs.get((job, key), set()) for key in self.classes.members(dataset)]
        return set().union(*found)

    def _without_any(self, pairs: set[tuple[str, str]], read: Iterable[Edge]) -> set[tuple[str, str]]:
        if not pairs:
            return set()
        known = self._fields_of({dataset for _job, dataset in pairs})
        name, home = self.classes.name, self.home
        seen = (edge for edge in read if is_dataset(edge.target) or name(edge.target) in known)
        left = pairs - {(edge.via, home(edge.target)) for edge in seen if edge.origin != Origin.PARSED}
        datasets = {dataset for _job, dataset in left}
        keys = self.classes.keys(self._fields_of(datasets) | datasets)
        told = self._edges(keys, COLUMN_RELS, Direction.IN)
        left -= {(edge.via, home(edge.target)) for edge in told if edge.origin != Origin.PARSED}
        parsed = {(edge.via, home(edge.target)) for edge in told}
        return {pair for pair in left if not self._is_understood(*pair, told=pair in parsed, among=left)}

    def _is_understood(
        self, job: str, dataset: str, *, told: bool, among: Collection[tuple[str, str]]
    ) -> bool:
        """Whether the SQL of a job, understood in whole, says what comes into a dataset; ``told``: some of it does."""
        report = self.sql_of({job for job, _dataset in among}).get(job)
        if report is None or report.status is not SqlStatus.COMPLETE:
            return False
        written = {table.dataset for table in report.tables if table.role == "writes"}
        return told or any(key in written for key in self.classes.members(dataset))

    def sql_of(self, jobs: Collection[str]) -> dict[str, SqlReport]:
        """What is told of the SQL of jobs at the time of the view: of those that have any."""
        fresh = set(jobs) - self._sql_read
        if fresh:
            if not self._sql_read:
                self._waiting = waiting_jobs(self.reader)
            self._sql_read |= fresh
            self._sql.update(sql_reports(self.reader, fresh, self.at, self._waiting))
        return self._sql

    def gap(self, job: str, outputs: Iterable[str]) -> Reason:
        """Why it is not known which columns a job uses for these outputs."""
        return self.sql_gap(job) or no_column_lineage(job, outputs)

    def sql_gap(self, job: str) -> Reason | None:
        """What of its SQL is not understood; None where all is, or it has none."""
        report = self.sql_of({job}).get(job)
        if report is None or report.status is SqlStatus.COMPLETE:
            return None
        why = next((problem.message for problem in report.problems), None)
        return sql_not_understood(job, report.status, why)

    def gaps(self, jobs: Iterable[str]) -> list[Edge]:
        """What the producers of these jobs could not read: a LINEAGE_GAP of each that has one."""
        return self._edges(sorted(set(jobs)), (Rel.LINEAGE_GAP,), Direction.OUT)

    def home(self, key: str) -> str | None:
        """The class of datasets that a dataset or field key belongs to."""
        return self.classes.name(key) if is_dataset(key) else self.classes.home(key)

    def _fields_of(self, datasets: Iterable[str]) -> set[str]:
        return {field for fields in self.fields(datasets).values() for field in fields}

    def _job_edges(self, keys: Iterable[str], rel: Rel, direction: Direction) -> list[Edge]:
        edges = self._edges(self.classes.keys(keys), (rel,), direction)
        if (direction is Direction.OUT) == (rel is Rel.PRODUCES):
            self.classes.close_datasets(
                edge.target if direction is Direction.OUT else edge.source for edge in edges
            )
        return edges

    def _columns_out(self, fields: Collection[str]) -> list[Column]:
        return self._columns_of(self._edges(self.classes.keys(fields), COLUMN_RELS, Direction.OUT), fields)

    def _columns_of(self, edges: Collection[Edge], fields: Collection[str]) -> list[Column]:
        name = self.classes.name
        wide = {edge.target for edge in edges if edge.type == _INFLUENCES and is_dataset(edge.target)}
        self.classes.close_datasets(wide)
        known = self.fields({name(dataset) for dataset in wide}) if wide else {}
        self.classes.close_fields(edge.target for edge in edges if edge.target not in wide)
        return [
            Column(
                name(edge.source),
                known[name(edge.target)] if edge.target in wide else (name(edge.target),),
                edge,
            )
            for edge in edges
        ] + self._renamed_fields(fields, Direction.OUT)

    def _columns_in(self, fields: Collection[str]) -> list[Column]:
        name = self.classes.name
        known: dict[str, set[str]] = defaultdict(set)
        direct: list[Edge] = []
        for edge in self._edges(self.classes.keys(fields), (*COLUMN_RELS, Rel.HAS_FIELD), Direction.IN):
            if edge.type == Rel.HAS_FIELD:
                known[name(edge.source)].add(name(edge.target))
            else:
                direct.append(edge)
        wide = self._edges(self.classes.keys(known), (Rel.INFLUENCES,), Direction.IN) if known else []
        self.classes.close_fields(edge.source for edge in direct)
        self.classes.close_fields(edge.source for edge in wide)
        targets = {dataset: tuple(sorted(fields)) for dataset, fields in known.items()}
        told = [Column(name(edge.source), (name(edge.target),), edge) for edge in direct]
        told += [Column(name(edge.source), targets[name(edge.target)], edge) for edge in wide]
        return told + self._renamed_fields(fields, Direction.IN)

    def _renamed_fields(self, fields: Collection[str], direction: Direction) -> list[Column]:
        """A field of a renamed dataset goes on as the known field of the same path: as if it were copied."""
        if not self.classes.has_renames:
            return []
        homes = {home for field in fields if (home := self.classes.home(field)) is not None}
        renames = self._renames(homes, direction)
        if not renames:
            return []
        name, out = self.classes.name, direction is Direction.OUT
        self.classes.close_datasets(edge.target if out else edge.source for edge in renames)
        known = self.fields({name(end) for edge in renames for end in (edge.source, edge.target)})
        paths = self.classes.paths([field for found in known.values() for field in found])
        wanted = set(fields)
        columns = []
        for edge in renames:
            after = {paths[field]: field for field in known[name(edge.target)]}
            for source in known[name(edge.source)]:
                target = after.get(paths[source])
                if target is not None and (source if out else target) in wanted:
                    ends = (source, target)
                    copied = Edge(
                        Rel.FEEDS, *ends, edge.via, edge.origin, _COPIED, edge.valid_from, edge.valid_to
                    )
                    columns.append(Column(source, (target,), copied))
        return columns

    def _edges(self, keys: Collection[str], rels: tuple[Rel, ...], direction: Direction) -> list[Edge]:
        if not keys:
            return []
        edges = self.reader.edges(keys, rels, direction, self.at)
        if self._origins is not None:
            origins = self._origins
            edges = [edge for edge in edges if edge.type == Rel.HAS_FIELD or edge.origin in origins]
        self.edges_read += len(edges)
        if Rel.PRODUCES in rels:
            for edge in edges:
                if edge.type == Rel.PRODUCES:
                    how = _Output(is_explicit(edge), ("partial", True) in edge.properties)
                    self._outputs[edge.source, edge.target].add(how)
        return edges

    def _renames(self, datasets: Iterable[str], direction: Direction) -> list[Edge]:
        """The renames out of or into these classes."""
        if self._origins is not None and Origin.OBSERVED not in self._origins:
            return []
        if not self.classes.has_renames:
            return []
        return [edge for name in datasets for edge in self.classes.renames(name, direction)]


def is_explicit(edge: Edge) -> bool:
    """Whether the job states from which datasets this output comes."""
    return ("explicit", True) in edge.properties
