"""What is known of who reads changed datasets, and how: read set-wise, a few questions of the store for each level."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from catalog.aliases import is_dataset, is_job
from catalog.graph import Direction, Edge
from catalog.identity import DatasetId, is_hashed
from catalog.impact.snapshots import snapshots
from catalog.lineage_view import Column, View, is_explicit
from catalog.sql_report import SqlReport
from ontology.vocabulary import Rel


class Use(NamedTuple):
    """How the SQL of a job uses a field: whether it fails without it, and in which clauses it stands."""

    needed: bool
    clauses: frozenset[str]
    edge: Edge


class Knowledge:
    """Of *units*: what makes datasets of others. A unit is a job, by its key; or what comes from a dataset without a
    job, by the key of the dataset that is made.

    ``readers``: dataset (or job that passes data on) → units; ``inputs`` is the other way round. ``reads``: the edge
    that tells it. ``blank``: (job, output) of which no columns are told.
    """

    def __init__(self, view: View) -> None:
        self.view = view
        self.readers: dict[str, tuple[str, ...]] = {}
        self.inputs: defaultdict[str, set[str]] = defaultdict(set)
        self.reads: dict[tuple[str, str], Edge] = {}
        self.writes: dict[tuple[str, str], Edge] = {}
        self.blank: set[tuple[str, str]] = set()
        self.columns: defaultdict[tuple[str, str], list[Column]] = defaultdict(list)
        self.uses: dict[tuple[str, str], Use] = {}
        self.renamed: set[tuple[str, str]] = set()
        self._fields: dict[str, frozenset[str]] = {}
        self._read_of: set[str] = set()
        self._telling: defaultdict[str, set[str]] = defaultdict(set)
        self._outputs: dict[str, tuple[str, ...]] = {}
        self._shared: defaultdict[str, set[str]] = defaultdict(set)
        self._passed: dict[str, tuple[str, ...]] = {}
        self._stated: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        self._asked: set[tuple[str, str]] = set()
        self._maybe_snapshots: set[str] = set()
        self._snapshots: set[str] = set()

    def read(self, names: Collection[str]) -> None:
        """Learn who reads these datasets, and to whom these jobs pass data."""
        self._read_outputs([name for name in names if is_job(name)])
        fresh = [name for name in names if is_dataset(name) and name not in self.readers]
        if fresh:
            found: dict[str, set[str]] = {name: set() for name in fresh}
            self._read_beside(fresh, found)
            self._read_columns(fresh, found)
            self._note(found)
        jobs = [name for name in names if is_job(name) and name not in self.readers]
        self._note({job: set(self._passed[job]) for job in jobs})

    def read_fields(self, fields: Collection[str]) -> None:
        """Learn of fields that no schema of their datasets has, so that they were not read with them."""
        fresh = set(fields) - self._read_of
        if fresh:
            homes = {field: home for field in fresh if (home := self.view.home(field)) is not None}
            found = {home: set(self.readers.get(home, ())) for home in homes.values()}
            self._read_uses(homes, found)
            self._note(found)

    def learn(self, units: Collection[str]) -> None:
        """Learn what these units write, and how far their SQL is understood."""
        jobs = [unit for unit in units if is_job(unit)]
        self._read_outputs(jobs)
        self.view.sql_of(jobs)

    def outputs(self, unit: str) -> tuple[str, ...]:
        """What a unit writes."""
        return self._outputs[unit] if is_job(unit) else (unit,)

    def fed(self, name: str, unit: str) -> tuple[str, ...]:
        """What a unit writes that a dataset feeds: not the outputs of which it states that they come from others."""
        if not is_job(unit):
            return (unit,)
        shared, stated = self._shared[unit], self._stated.get((name, unit), ())
        return tuple(output for output in self._outputs[unit] if output in shared or output in stated)

    def sql(self, unit: str) -> SqlReport | None:
        """How far the SQL of a unit is understood; None: it has none."""
        return self.view.sql_of(()).get(unit)

    def fields(self, dataset: str) -> frozenset[str]:
        """The known fields of a dataset that was read."""
        return self._fields[dataset]

    def field_of(self, dataset: str, path: str) -> str:
        """The field of a path: a known one, else the key that it would have."""
        known = self.view.fields([dataset])[dataset]
        paths = self.view.classes.paths(known)
        found = next((field for field in known if paths[field].casefold() == path.casefold()), None)
        if found is None:
            found = self._dataset_id(dataset).field(path).key
            self.view.classes.close_fields([found])
        return self.view.classes.name(found)

    def name_of(self, dataset: str) -> str:
        """The name of a dataset in its namespace."""
        return self._dataset_id(dataset).name

    def is_snapshot(self, unit: str) -> bool:
        """Whether a unit is a snapshot of dbt."""
        self.ask_snapshots([unit])
        return unit in self._snapshots

    def ask_snapshots(self, units: Iterable[str]) -> None:
        """Learn which of these units are snapshots of dbt."""
        fresh = set(units) - self._maybe_snapshots
        if fresh:
            self._maybe_snapshots |= fresh
            self._snapshots |= snapshots(self.view.reader, fresh)

    def _dataset_id(self, dataset: str) -> DatasetId:
        if not is_hashed(dataset):
            return DatasetId.parse(dataset)
        node = self.view.reader.nodes([dataset])[dataset]
        return DatasetId(str(node.properties["namespace"]), str(node.properties["name"]))

    def ask_blank(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Learn for which of these (unit, dataset that it reads) nothing tells the columns of what it writes."""
        wanted = {(unit, output) for unit, name in pairs for output in self.fed(name, unit) if is_job(unit)}
        fresh = wanted - self._asked
        if fresh:
            self._asked |= fresh
            told = (column.edge for job, _ in fresh for column in self._told_by(job))
            self.blank |= self.view.without_columns(fresh, told)

    def is_blank(self, name: str, unit: str) -> list[str] | None:
        """The outputs of a unit of which nobody has told the columns; None: of all that a dataset feeds they are told.
        Where it writes nothing, none."""
        if not is_job(unit):
            told = any((field, unit) in self.columns for field in self._fields[name])
            return None if told or (name, unit) in self.renamed else [unit]
        fed = self.fed(name, unit)
        blank = [output for output in fed if (unit, output) in self.blank]
        return blank if blank or not fed else None

    def _told_by(self, job: str) -> Iterable[Column]:
        return (
            column for field in self._telling.get(job, ()) for column in self.columns.get((field, job), ())
        )

    def _note(self, found: dict[str, set[str]]) -> None:
        for name, units in found.items():
            self.readers[name] = tuple(sorted(units))
            for unit in units:
                self.inputs[unit].add(name)

    def _read_beside(self, datasets: Collection[str], found: dict[str, set[str]]) -> None:
        name = self.view.classes.name
        for edge in self.view.beside_and_fields(datasets):
            source, target = name(edge.source), name(edge.target)
            if edge.type == Rel.HAD_DERIVATION and is_job(edge.via):
                self._stated[source, edge.via].add(target)
                continue
            if edge.type == Rel.RENAMED_TO:
                self.renamed.add((source, target))
            found[source].add(target)
            self._keep(self.reads, (source, target), edge)

    def _read_columns(self, datasets: Collection[str], found: dict[str, set[str]]) -> None:
        known = self.view.fields(datasets)
        self._fields.update({dataset: frozenset(fields) for dataset, fields in known.items()})
        self._read_uses({field: name for name, fields in known.items() for field in fields}, found)

    def _read_uses(self, homes: Mapping[str, str], found: dict[str, set[str]]) -> None:
        """What is told of fields, and by whom; and what the jobs write that read their datasets. ``homes``: field → its
        dataset."""
        self._read_of.update(homes)
        jobs = {unit for units in found.values() for unit in units if is_job(unit)} - self._outputs.keys()
        told = self.view.told_of(homes, sorted(jobs))
        self._note_outputs(jobs, told.onwards)
        for column in told.columns:
            unit = column.edge.via if is_job(column.edge.via) else self._made(column)
            if unit is not None:
                self.columns[column.source, unit].append(column)
                self._telling[unit].add(column.source)
                found[homes[column.source]].add(unit)
        name = self.view.classes.name
        for edge in told.uses:
            said = dict(edge.properties)
            clauses = frozenset(str(said.get("clauses", "")).split(",")) - {""}
            place = name(edge.source), edge.target
            use = Use(said.get("star") is not True, clauses, edge)
            before = self.uses.get(place)
            if before is not None:
                use = Use(use.needed or before.needed, use.clauses | before.clauses, edge)
            self.uses[place] = use
            found[homes[place[0]]].add(edge.target)

    def _made(self, column: Column) -> str | None:
        """The dataset that a column edge without a job leads to."""
        target = column.edge.target
        return self.view.home(column.targets[0] if column.targets else target)

    def _read_outputs(self, jobs: Collection[str]) -> None:
        fresh = [job for job in jobs if job not in self._outputs]
        if fresh:
            self._note_outputs(fresh, self.view.onwards(fresh, Direction.OUT))

    def _note_outputs(self, jobs: Collection[str], edges: Iterable[Edge]) -> None:
        """What leads out of these jobs."""
        outputs: dict[str, set[str]] = {job: set() for job in jobs}
        passed: dict[str, set[str]] = {job: set() for job in jobs}
        for edge in edges:
            if edge.type == Rel.PASSES_DATA_TO:
                passed[edge.source].add(edge.target)
                self._keep(self.reads, (edge.source, edge.target), edge)
                continue
            target = self.view.classes.name(edge.target)
            outputs[edge.source].add(target)
            self._keep(self.writes, (edge.source, target), edge)
            if not is_explicit(edge):
                self._shared[edge.source].add(target)
        self._passed.update({job: tuple(sorted(others)) for job, others in passed.items()})
        self._outputs.update({job: tuple(sorted(datasets)) for job, datasets in outputs.items()})

    def _keep(self, edges: dict[tuple[str, str], Edge], place: tuple[str, str], edge: Edge) -> None:
        """Of several edges that tell the same one: the last in order."""
        edges[place] = edge
