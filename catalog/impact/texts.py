"""The SQL in force of jobs, with the tables that it names and their columns as they are known: what a binder asks."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from catalog.canonical import plain
from catalog.derivation.definers import source_at, stored_definers
from catalog.derivation.intervals import Held, in_force
from catalog.derivation.job_sql import job_sql
from catalog.derivation.schemas import ColumnOf, Columns, Schemas, schemas
from catalog.impact.delta import Delta, Mark
from catalog.impact.job_binder import BoundColumn, BoundTable, JobText
from catalog.impact.snapshots import snapshots, with_added
from catalog.lineage_view import View
from catalog.names import name_parts
from catalog.sql_form import SqlForm
from catalog.sql_report import SqlReport

END_OF_TIME = 2**63 - 1
TARGET = ("meshline_output",)
"""What a text that is a query alone writes, as the binder calls it: no table of the text has the name."""
MAX_TEXTS = 2_000
"""Texts that are read for one answer; of jobs beyond it what is stored of their SQL counts alone."""
_ASIDE = re.compile(r"/\*.*?\*/|\bcount\s*\(\s*\*\s*\)", re.IGNORECASE | re.DOTALL)
_MAY_BE = {
    SqlForm.STAR: re.compile(r"\*|\bcolumns\s*\(|\bpivot\b|\bnatural\b|(?:^|[(;])\s*from\b", re.IGNORECASE),
    SqlForm.NATURAL: re.compile(r"\bnatural\b", re.IGNORECASE),
    SqlForm.BY_NAME: re.compile(r"\bunion\s+(all\s+)?by\s+name\b", re.IGNORECASE),
}
"""By the words of a text that is not understood: rather too much than too little."""
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Text:
    """The one SQL text in force of a job. ``tables``: the parts of each table name in it, and the class of the dataset
    that it means; ``target``: the dataset that a query alone makes; ``writes``: name, folded → dataset; ``told_forms``:
    those that its analysis told."""

    query: str
    dialect: str | None
    tables: tuple[tuple[tuple[str, ...], str], ...]
    writes: Mapping[tuple[str, ...], str]
    target: str | None
    told_forms: frozenset[SqlForm] | None = None

    @cached_property
    def forms(self) -> frozenset[SqlForm]:
        """The forms that it has, or may have where it is not understood in whole."""
        if self.told_forms is not None:
            return self.told_forms
        bare = _ASIDE.sub("", self.query)
        return frozenset(form for form, words in _MAY_BE.items() if words.search(bare))

    @cached_property
    def words(self) -> frozenset[str]:
        """All words of the text, folded."""
        return frozenset(_WORD.findall(self.query.casefold()))

    @cached_property
    def named(self) -> Mapping[tuple[str, ...], str]:
        """Its tables by name, folded."""
        return {tuple(part.casefold() for part in parts): dataset for parts, dataset in self.tables}

    @property
    def has_star(self) -> bool:
        """Whether columns may be meant that it does not name."""
        return SqlForm.STAR in self.forms

    @property
    def is_natural(self) -> bool:
        """Whether it joins tables by whatever columns they have in common."""
        return SqlForm.NATURAL in self.forms

    @property
    def puts_by_name(self) -> bool:
        """Whether columns of tables that have not all of them are put together by their names."""
        return SqlForm.BY_NAME in self.forms

    def names(self, column: str) -> bool:
        """Whether the text may name a column."""
        return set(_WORD.findall(column.casefold())) <= self.words

    def gives_name(self, column: str) -> bool:
        """Whether something else in the text is given the name of a column."""
        return re.search(rf'\bas\s+"?{re.escape(column)}\b', self.query, re.IGNORECASE) is not None


@dataclass(frozen=True, slots=True)
class Table:
    """The columns of a dataset, as SQL finds them; ``whole``: all of them; ``by_lineage``: those, folded, of which only
    lineage says that they are there."""

    columns: Columns
    whole: bool
    by_lineage: frozenset[str] = frozenset()

    def without(self, names: Collection[str]) -> "Table":
        """The same without some columns; ``names`` folded."""
        kept = tuple(column for column in self.columns if column.name.casefold() not in names)
        return Table(kept, self.whole, self.by_lineage - frozenset(names))


class Texts:
    """The texts of jobs and the tables in them, read when they are wanted."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._texts: dict[str, Text | None] = {}
        self._tables: dict[str, Table] = {}
        self._instant = END_OF_TIME if view.at is None else view.at

    def of(self, jobs: Iterable[str]) -> dict[str, Text]:
        """The texts of these jobs; of those that have just one that is in force."""
        jobs = sorted(set(jobs))
        fresh = [job for job in jobs if job not in self._texts][: max(0, MAX_TEXTS - len(self._texts))]
        if fresh:
            self._texts.update(dict.fromkeys(fresh))
            reports = self._view.sql_of(fresh)
            told = job_sql(self._view.reader, fresh)
            keys = {key for job in fresh for key in _datasets_of(reports.get(job))}
            self._view.classes.close_datasets(keys)
            for job in fresh:
                held = {one.value for one in told[job].sql if one.at(self._instant)}
                if len(held) == 1 and job in reports:
                    self._texts[job] = self._text(held.pop(), reports[job])
        return {job: text for job in jobs if (text := self._texts.get(job)) is not None}

    def _text(self, encoded: str, report: SqlReport) -> Text | None:
        if len(report.dialects) > 1:
            return None
        name = self._view.classes.name
        tables: dict[tuple[str, ...], str] = {}
        writes: dict[tuple[str, ...], str] = {}
        target = None
        for table in report.tables:
            if table.dataset is None:
                continue
            if table.name is None:
                target = name(table.dataset)
                continue
            parts = name_parts(table.name)
            tables[parts] = name(table.dataset)
            if table.role == "writes":
                writes[tuple(part.casefold() for part in parts)] = name(table.dataset)
        query = str(plain(encoded)[0])
        dialect = next(iter(report.dialects), None)
        named = tuple(sorted(tables.items()))
        return Text(query, dialect, named, writes, None if writes else target, report.forms)

    def tables(self, datasets: Iterable[str]) -> dict[str, Table]:
        """The columns of classes of datasets."""
        datasets = sorted(set(datasets))
        fresh = [name for name in datasets if name not in self._tables]
        if fresh:
            self._read_tables(fresh)
        return {name: self._tables[name] for name in datasets}

    def _read_tables(self, names: Collection[str]) -> None:
        keys = self._view.classes.keys(names)
        told = schemas(self._view.reader, keys)
        open_ = [key for key in keys if key not in told.whole]
        definers = stored_definers(self._view.reader, open_) if open_ else {}
        sources = {source.job for of_key in definers.values() if (source := source_at(of_key, self._instant))}
        added = snapshots(self._view.reader, sources)
        for name in names:
            members = self._view.classes.members(name)
            found = [one for key in members if (one := self._table(key, told, definers, added)) is not None]
            whole = [one for one in found if one.whole]
            self._tables[name] = next(iter([*whole, *found]), Table((), False))
        bare = [name for name in names if not self._tables[name].whole]
        fields = self._view.fields(bare) if bare else {}
        paths = self._view.classes.paths([field for known in fields.values() for field in known])
        for name in bare:
            self._tables[name] = _widened(self._tables[name], [paths[field] for field in fields[name]])

    def _table(
        self,
        key: str,
        told: Schemas,
        definers: Mapping[str, tuple[Held[str], ...]],
        snapshots_of_dbt: Collection[str],
    ) -> Table | None:
        """As the derivation of SQL decides which schema counts (docs/sql.md)."""
        held = in_force(told.sent.get(key, ()), self._instant, lambda one: (one.start or 0, ""))
        if key in told.whole and held is not None:
            return Table(held.value, True)
        source = source_at(definers.get(key, ()), self._instant)
        if source is not None:
            of_job = told.parsed.get((key, source.job), ())
            inferred = next((one.value for one in of_job if one.at(source.at)), None)
            if inferred is not None:
                return Table(with_added(inferred) if source.job in snapshots_of_dbt else inferred, True)
        return None if held is None else Table(held.value, False)


def _datasets_of(report: SqlReport | None) -> set[str]:
    return set() if report is None else {t.dataset for t in report.tables if t.dataset is not None}


def _widened(table: Table, paths: Collection[str]) -> Table:
    """With the columns that only lineage names."""
    known = {column.name.casefold() for column in table.columns}
    top = [path for path in sorted(paths) if not any(path.startswith(f"{other}.") for other in paths)]
    more = [ColumnOf(path) for path in top if path.casefold() not in known]
    return Table((*table.columns, *more), False, frozenset(column.name.casefold() for column in more))


def listed(table: Table) -> Table:
    """A table without the columns that only lineage names."""
    return table.without(table.by_lineage)


def job_text(
    text: Text,
    tables: Mapping[str, Table],
    deltas: Mapping[str, Delta],
    paths: Mapping[str, str],
    *,
    after_change: bool,
) -> JobText:
    """What a binder is asked: the text over its tables as they are, or as they are after deltas. ``paths`` of fields by
    key."""
    bound = []
    for parts, dataset in text.tables:
        table = tables[dataset]
        delta = deltas.get(dataset)
        columns = _columns_before(table, delta, paths)
        after = columns if delta is None or not after_change else changed_columns(columns, delta, paths)
        bound.append(BoundTable(parts, tuple(after), table.whole))
    return JobText(text.query, text.dialect, tuple(bound), None if text.target is None else TARGET)


def _columns_before(table: Table, delta: Delta | None, paths: Mapping[str, str]) -> list[BoundColumn]:
    """The columns as they are; where a type is not known, as the proposal says that it is."""
    fields = {} if delta is None else delta.fields
    told = {paths[field].casefold(): one.was for field, one in fields.items() if one.was is not None}
    return [BoundColumn(c.name, c.type or told.get(c.name.casefold())) for c in table.columns]


def changed_columns(
    columns: Iterable[BoundColumn], delta: Delta, paths: Mapping[str, str]
) -> list[BoundColumn]:
    """The columns after a delta: a renamed one where it was, new ones at the end."""
    changes = {paths[field].casefold(): one for field, one in delta.fields.items()}
    added = {name.casefold(): (name, type_) for name, type_ in delta.added.items()}
    found: list[BoundColumn] = []
    for column in columns:
        change = changes.get(column.name.casefold())
        if change is None:
            found.append(column)
        elif Mark.REMOVED in change.marks:
            if change.renamed is not None and change.renamed.casefold() in added:
                name, _ = added.pop(change.renamed.casefold())
                found.append(BoundColumn(name, column.type))
        elif Mark.RETYPED in change.marks:
            found.append(BoundColumn(column.name, change.type, column.type))
        else:
            found.append(column)
    names = {column.name.casefold() for column in found}
    return [*found, *(BoundColumn(*one) for folded, one in added.items() if folded not in names)]
