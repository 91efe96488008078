"""The ``lineage`` facet of jobs and datasets (LineageFacet 1-0-0, experimental): what comes from where, entry by entry.

A source or target of type JOB without a name is the event's own job. As source of a dataset it says no more than that
the job writes it; as target, that the job reads what it names.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from catalog.identity import DatasetId, JobId
from catalog.statement import ColumnEdge, Flow, StatedLineage, StatedOutput
from ingest.facets.column_lineage import INDIRECT, UNKNOWN, WHOLE_DATASET, ColumnLineage
from ingest.facets.facet import Facet
from ingest.memo import Memo
from ingest.problems import Code, Problems, member, shown

LINEAGE = "lineage"
DATASET, JOB = "DATASET", "JOB"


@dataclass(frozen=True, slots=True)
class JobLineage:
    """What the facet of a job states, and the datasets that the job itself reads and writes by it."""

    stated: StatedLineage
    inputs: frozenset[DatasetId] = frozenset()
    outputs: frozenset[DatasetId] = frozenset()


_JOBS: Memo[JobLineage | None] = Memo()
_DATASETS: Memo[StatedOutput | None] = Memo()


def read_job_lineage(facet: Facet, job: JobId, problems: Problems) -> JobLineage | None:
    """What the facet of a job states; None where it says nothing that can be read, or is deleted."""
    value = _value(facet, problems)
    if value is None:
        return None
    return _JOBS.read(job, facet.text, lambda found: _Reader(job, found).of_job(value, facet.path), problems)


def read_dataset_lineage(facet: Facet, dataset: DatasetId, problems: Problems) -> StatedOutput | None:
    """What the facet of a dataset states; None where it says nothing that can be read, or is deleted."""
    value = _value(facet, problems)
    if value is None:
        return None
    return _DATASETS.read(
        dataset, facet.text, lambda found: _Reader(None, found).output(dataset, value, facet.path), problems
    )


def _value(facet: Facet, problems: Problems) -> dict[str, Any] | None:
    if facet.deleted or facet.value is None:
        return None
    if not isinstance(facet.value, dict):
        problems.lose(Code.FACET_TYPE, facet.path, facet.odd_type)
        return None
    return facet.value


@dataclass(slots=True)
class _Output:
    """Gathers what is said of one target."""

    dataset: DatasetId
    sources: set[DatasetId] = field(default_factory=set)
    jobs: set[JobId] = field(default_factory=set)
    columns: set[ColumnEdge] = field(default_factory=set)
    fields: bool = False
    bare: bool = False
    holes: bool = False

    def stated(self) -> StatedOutput:
        return StatedOutput(
            self.dataset,
            frozenset(self.sources),
            frozenset(self.jobs),
            frozenset(self.columns),
            self.fields,
            self.bare,
            self.holes,
        )


@dataclass(slots=True)
class _Reader:
    """Reads one facet. ``job``: the event's own, None for a dataset event."""

    job: JobId | None
    problems: Problems
    unread: bool = False

    def of_job(self, facet: dict[str, Any], path: str) -> JobLineage | None:
        assert self.job is not None
        entries = self._list(facet.get("entries"), f"{path}.entries")
        if entries is None:
            self._lose(f"{path}.entries", "A lineage facet of a job has a list of entries.")
            return None
        outputs: dict[DatasetId, StatedOutput] = {}
        inputs: set[DatasetId] = set()
        flows: set[Flow] = set()
        for index, entry in enumerate(entries):
            where = f"{path}.entries[{index}]"
            target = self._identity(entry, where)
            if isinstance(target, JobId):
                taken = list(self._sources(entry.get("inputs"), f"{where}.inputs"))
                flows.update(Flow(one, target) for one, _, _ in taken if self._flows(one, target))
                if target == self.job:
                    inputs.update(one for one, _, _ in taken if isinstance(one, DatasetId))
            elif target is not None:
                output = self.output(target, entry, where)
                if output is not None:
                    outputs[target] = output.joined(outputs.get(target, output))
        written = {one.dataset for one in outputs.values() if one.sources or not one.jobs}
        inputs.update(source for one in outputs.values() for source in one.sources)
        if self.unread and not outputs and not flows and not inputs:
            return None
        stated = StatedLineage(frozenset(outputs.values()), frozenset(flows))
        return JobLineage(stated, frozenset(inputs), frozenset(written))

    def output(self, dataset: DatasetId, said: dict[str, Any], path: str) -> StatedOutput | None:
        """All that is said of a target; None where it has neither ``inputs`` nor ``fields``."""
        inputs, fields = said.get("inputs"), said.get("fields")
        if inputs is None and fields is None:
            return None
        output = _Output(dataset)
        for source, item, where in self._sources(inputs, f"{path}.inputs"):
            self._feed(output, None, source, item, where)
        if isinstance(fields, dict):
            for name, entry in fields.items():
                self._feed_field(output, name, entry, member(f"{path}.fields", name))
        elif fields is not None:
            self._lose(f"{path}.fields", f"Fields are an object by field name; this is {shown(fields)}.")
        output.holes |= self.unread
        return output.stated()

    def _feed_field(self, output: _Output, name: str, entry: Any, path: str) -> None:
        if not isinstance(entry, dict):
            self._lose(path, f"A field has an object with its inputs; this is {shown(entry)}.")
            return
        output.fields = True
        for source, item, where in self._sources(entry.get("inputs"), f"{path}.inputs"):
            self._feed(output, name, source, item, where)

    def _feed(
        self, output: _Output, target: str | None, source: DatasetId | JobId, item: dict[str, Any], path: str
    ) -> None:
        """One source of the whole target, or of a field of it."""
        if source == self.job:
            return
        field_name = item.get("field")
        if isinstance(source, JobId):
            output.jobs.add(source)
        else:
            output.sources.add(source)
            if isinstance(field_name, str):
                output.columns.update(self._edges(output.dataset, target, source, field_name, item, path))
                return
            if field_name is not None:
                self._lose(f"{path}.field", f"A field is text; this is {shown(field_name)}.")
        output.bare |= target is None
        output.holes |= target is not None

    def _edges(
        self,
        output: DatasetId,
        target: str | None,
        source: DatasetId,
        field_name: str,
        item: dict[str, Any],
        path: str,
    ) -> Iterator[ColumnEdge]:
        default = WHOLE_DATASET if target is None else UNKNOWN
        for how in ColumnLineage(output, self.problems).transformations(item, default, path):
            fitting = how._replace(kind=INDIRECT) if target is None else how
            yield ColumnEdge(source, field_name, output, target, *fitting)

    def _sources(self, inputs: Any, path: str) -> Iterator[tuple[DatasetId | JobId, dict[str, Any], str]]:
        """(identity, as sent, path) of each source that can be read."""
        for index, item in enumerate(self._list(inputs, path) or ()):
            where = f"{path}[{index}]"
            identity = self._identity(item, where)
            if identity is not None:
                yield identity, item, where

    def _identity(self, item: Any, path: str) -> DatasetId | JobId | None:
        if not isinstance(item, dict):
            self._lose(path, f"A source or target of lineage is an object; this is {shown(item)}.")
            return None
        type_, namespace, name = item.get("type"), item.get("namespace"), item.get("name")
        named = isinstance(namespace, str) and isinstance(name, str) and bool(name)
        if type_ == JOB and namespace is None and name is None and self.job is not None:
            return self.job
        if type_ is None and named:
            self.problems.note(
                Code.FACET_ASSUMED, path, "A source or target has a type; without it, DATASET."
            )
        elif type_ not in (DATASET, JOB):
            self._lose(f"{path}.type", f"A source or target is a DATASET or a JOB; this is {shown(type_)}.")
            return None
        if not named:
            self._lose(path, "A source or target has a namespace and a name that are text.")
            return None
        return JobId(str(namespace), str(name)) if type_ == JOB else DatasetId(str(namespace), str(name))

    def _flows(self, source: DatasetId | JobId, target: JobId) -> bool:
        """Whether it is a flow of its own: what the stating job reads is its input."""
        return source != target and (isinstance(source, JobId) or target != self.job)

    def _list(self, value: Any, path: str) -> list[Any] | None:
        if value is None or isinstance(value, list):
            return value
        self._lose(path, f"Sources and entries are lists; this is {shown(value)}.")
        return None

    def _lose(self, path: str, message: str) -> None:
        self.unread = True
        self.problems.lose(Code.FACET_CONTENT, path, message)
