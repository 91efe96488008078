"""A copy of a project's database in memory: columns are changed for real, and all behind them is built again."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import duckdb

from bench.truth.built import Built, Job, Relation, quote, quoted
from bench.truth.mutation import Column, Mutation
from bench.truth.outcome import RANK, Outcome, Table, Truth, difference

_STALE = Outcome((Truth.STALE,))
_SAME = Outcome((Truth.SAME,))


class Laboratory:
    """One build, kept in memory, as DuckDB has it with one thread.

    ``failing``: jobs that do not run here even with nothing changed, with what the database said; no experiment
    counts them. ``unlike``: jobs that make something else here than the producer's own build did.
    ``unstable``: for each relation the columns whose values depend on the order of rows or on the time.
    """

    def __init__(self, built: Built) -> None:
        self.built = built
        self.failing: dict[str, str] = {}
        self.unlike: set[str] = set()
        self.unstable: dict[Relation, frozenset[str]] = {}
        self._connection = duckdb.connect()
        self._run("set threads = 1")
        self._run("attach ':memory:' as kept")
        for number, (name, file) in enumerate(built.databases.items()):
            self._run(f"attach '{file}' as base{number} (read_only)")
            self._run(f"attach ':memory:' as {quote(name)}")
            self._run(f"copy from database base{number} to {quote(name)}")
        self._run(f"use {quote(next(iter(built.databases)))}")
        self._kept: dict[Relation, str] = {}
        self._columns: dict[Relation, list[Column]] = {}
        self._baseline()
        for number in range(len(built.databases)):
            self._run(f"detach base{number}")

    def relations(self) -> Mapping[Relation, list[Column]]:
        """All relations of the build with their columns."""
        return self._columns

    def downstream(self, relation: Relation) -> list[Job]:
        """The jobs behind a relation, in an order in which they run; with those that write to the same tables."""
        reached, found = {relation}, set[str]()
        grown = True
        while grown:
            grown = False
            for job in self._jobs():
                also = found and reached & set(job.writes)
                if job.name not in found and relation not in job.writes and (job.reads & reached or also):
                    found.add(job.name)
                    reached |= set(job.writes)
                    grown = True
        return [job for job in self._jobs() if job.name in found]

    def experiment(self, mutation: Mutation) -> dict[str, Outcome]:
        """What truly happens to each job behind the change, by name; all is put back afterwards.

        Raises duckdb.Error where the change itself cannot be made.
        """
        relation = mutation.relation
        select = mutation.select(self._columns[relation])
        touched = {relation}
        try:
            self._replace(relation, f"select {select} from {self._kept[relation]}")
            changed, failed = {relation}, set[Relation]()
            outcomes = {}
            behind = self.downstream(relation)
            shared = _written_twice(behind)
            for job in behind:
                if job.reads & failed:
                    touched |= set(job.writes)
                    outcome = self._behind_a_failure(job) if job.reads & changed else _STALE
                elif job.reads & changed or shared & set(job.writes):
                    touched |= set(job.writes)
                    outcome = self._rebuilt(job)
                else:
                    outcome = _SAME
                outcomes[job.name] = outcome
                if outcome.worst in (Truth.ERROR, Truth.STALE):
                    failed |= set(job.writes)
                elif outcome.worst is not Truth.SAME:
                    changed |= set(job.writes)
            return outcomes
        finally:
            for one in touched:
                self._replace(one, f"from {self._kept[one]}")

    def _jobs(self) -> Iterator[Job]:
        return (job for job in self.built.jobs if job.name not in self.failing)

    def _baseline(self) -> None:
        """Build everything here, and once more from tables whose rows lie in another order."""
        written = {relation for job in self.built.jobs for relation in job.writes}
        found = self._relations()
        told = {relation: self._table(quoted(relation)) for relation in found}
        roots = [relation for relation in found if relation not in written]
        for job in self.built.jobs:
            message = self._build(job)
            if message:
                self.failing[job.name] = message
                for relation in job.writes:
                    if relation in found:
                        base = f"base0.{quote(relation[1])}.{quote(relation[2])}"
                        self._replace(relation, f"from {base}")
        for number, relation in enumerate(self._relations()):
            self._kept[relation] = f"kept.main.t{number}"
            self._run(f"create table {self._kept[relation]} as from {quoted(relation)}")
            self._columns[relation] = self._shape(quoted(relation))
        self._unstable(roots)
        for job in self._jobs():
            for relation in job.writes:
                if relation in told and difference(
                    told[relation], self._table(self._kept[relation]), self.unstable.get(relation, ())
                ):
                    self.unlike.add(job.name)

    def _unstable(self, roots: Iterable[Relation]) -> None:
        """Find the columns that another order of rows, or another moment, changes."""
        for salt in (1, 2):
            for relation in roots:
                self._replace(relation, f"from {self._kept[relation]} order by hash(rowid * 7919 + {salt})")
            for job in self._jobs():
                self._build(job)
                for relation in job.writes:
                    self._compare_stable(relation)
        for relation in self._kept:
            self._replace(relation, f"from {self._kept[relation]}")

    def _compare_stable(self, relation: Relation) -> None:
        before, after = self._table(self._kept[relation]), self._table(quoted(relation))
        known = self.unstable.get(relation, frozenset())
        if len(before.rows) != len(after.rows):
            self.unstable[relation] = known | {"*"}
            return
        moved = {
            column.name.lower()
            for place, column in enumerate(before.columns)
            if difference(_only(before, place), _only(after, place), ())
        }
        self.unstable[relation] = known | moved

    def _behind_a_failure(self, job: Job) -> Outcome:
        """A job that is skipped, since one before it failed: would it fail by itself, on what that one left before?"""
        message = self._build(job)
        self._put_back(job)
        return Outcome((Truth.STALE, Truth.ERROR), message) if message else _STALE

    def _put_back(self, job: Job) -> None:
        for relation in job.writes:
            self._replace(relation, f"from {self._kept[relation]}")

    def _rebuilt(self, job: Job) -> Outcome:
        """Run a job, and say what it did otherwise than before."""
        message = self._build(job)
        if message:
            self._put_back(job)
            return Outcome((Truth.ERROR,), message)
        found = set[Truth]()
        for relation in job.writes:
            found.update(self._differs(relation))
        return Outcome(tuple(sorted(found, key=RANK.__getitem__))) if found else _SAME

    def _differs(self, relation: Relation) -> list[Truth]:
        kept, now = self._kept[relation], quoted(relation)
        if self._columns[relation] == self._shape(now):
            other = f"(from {kept} except all from {now}) union all (from {now} except all from {kept})"
            if not self._run(f"select 1 from ({other}) limit 1"):
                return []
        return difference(self._table(kept), self._table(now), self.unstable.get(relation, frozenset()))

    def _build(self, job: Job) -> str:
        """Run a job as it is; what the database said if it failed. A view is read as well, and then lies as a table."""
        try:
            for relation in job.writes:
                if relation not in job.reads:
                    self._drop(relation)
            self._connection.execute(job.sql)
            for relation in job.writes:
                if job.view:
                    self._run(f"create or replace temp table read_once as from {quoted(relation)}")
                    self._replace(relation, "from read_once")
        except duckdb.Error as error:
            return str(error)
        finally:
            for (name,) in self._run("select table_name from duckdb_tables() where temporary"):
                self._run(f"drop table temp.{quote(name)}")
        return ""

    def _replace(self, relation: Relation, query: str) -> None:
        """Put a table in place of whatever is there."""
        self._drop(relation)
        self._run(f"create table {quoted(relation)} as {query}")

    def _drop(self, relation: Relation) -> None:
        for kind in ("view", "table"):
            try:
                self._run(f"drop {kind} if exists {quoted(relation)}")
            except duckdb.CatalogException as error:
                if "is of type" not in str(error):
                    raise

    def _relations(self) -> list[Relation]:
        names = ", ".join(f"'{name}'" for name in self.built.databases)
        return [
            (database, schema, name)
            for database, schema, name in self._run(
                "select table_catalog, table_schema, table_name from information_schema.tables "
                f"where table_catalog in ({names}) order by all"
            )
        ]

    def _shape(self, name: str) -> list[Column]:
        return [Column(row[0], row[1]) for row in self._run(f"describe from {name}")]

    def _table(self, name: str) -> Table:
        return Table(tuple(self._shape(name)), self._run(f"from {name}"))

    def _run(self, sql: str) -> list[Any]:
        return self._connection.execute(sql).fetchall()


def _only(table: Table, place: int) -> Table:
    return Table((table.columns[place],), [(row[place],) for row in table.rows])


def _written_twice(jobs: Iterable[Job]) -> set[Relation]:
    """Tables to which several of the jobs write: all of them run again when one does."""
    seen, twice = set[Relation](), set[Relation]()
    for job in jobs:
        twice |= seen & set(job.writes)
        seen |= set(job.writes)
    return twice


def kind_of(message: str) -> str:
    """The first words of what DuckDB says: ``Binder Error``."""
    found = re.match(r"[A-Za-z -]+? Error", message)
    return found[0] if found else message[:30]
