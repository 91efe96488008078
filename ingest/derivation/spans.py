"""The spans of a job: while one SQL text and one set of inputs and outputs hold, and what the names in it mean then."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from catalog.derivation.intervals import Held, bounds, cut
from catalog.derivation.job_sql import JobSql
from catalog.forgetting import Forget
from catalog.identity import DatasetId
from catalog.instant import instant_of
from ingest.derivation.resolution import Resolved, Surroundings, own_output, remembered, resolve
from ingest.facets.sql import SqlText
from ingest.sql import SqlLineage, TableName, TableWrite, WriteKind, dialect_of

DEFINING = frozenset((WriteKind.SELECT, WriteKind.CREATE_TABLE, WriteKind.CREATE_VIEW))
"""Writes that make all the columns of what they write."""

Name = tuple[str, str]
"""A namespace and the last part of a name."""

Neighbours = Callable[[str, str], Collection[str]]
"""(namespace, last part of a name) → keys of the datasets there."""


@dataclass(frozen=True, slots=True)
class Said:
    """One SQL text in [start, end), while the job says that it reads and writes the same. ``inputs``, ``outputs``:
    keys of datasets; ``around``: their namespaces; ``since``: when the text itself began."""

    start: int
    end: int | None
    query: str
    dialect: str | None
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    around: tuple[str, ...]
    since: int

    @property
    def rank(self) -> tuple[int, str, str]:
        """Which of several texts that hold counts: the one that began last, of such the greater one."""
        return self.since, self.query, self.dialect or ""


@dataclass(frozen=True, slots=True)
class Span:
    """What is said, and what its table names mean: ``reads``, ``writes`` by ``TableName.key``; under None what a query
    without a target writes. ``defined``: keys of the datasets that it makes with all their columns. ``forgotten``:
    whether a name would mean something else, were nothing forgotten."""

    said: Said
    reads: Mapping[str, Resolved]
    writes: Mapping[str | None, Resolved]
    defined: frozenset[str]
    forgotten: bool

    @property
    def tables(self) -> dict[str, str]:
        """The datasets of its table names, for their schemas: as it is written what is written."""
        written = {name: found for name, found in self.writes.items() if name is not None}
        both = {**self.reads, **written}
        return {name: found.dataset for name, found in both.items() if found.dataset is not None}

    @property
    def datasets(self) -> set[str]:
        """The datasets that it reads or writes."""
        return {f.dataset for f in (*self.reads.values(), *self.writes.values()) if f.dataset is not None}


def making(spans: Iterable[Span]) -> list[tuple[Span, dict[str, list[Held[Span]]]]]:
    """The spans of a job, each with when it is the one that makes a dataset that it defines.

    Where several hold at once, the one that counts is chosen before anything is known of the columns: so a job infers
    one schema of a dataset at a time, and the same alone as in a group.
    """
    rivals: defaultdict[str, list[Span]] = defaultdict(list)
    for span in (all_ := list(spans)):
        for dataset in span.defined:
            rivals[dataset].append(span)
    counting = {dataset: _counting(found) for dataset, found in rivals.items()}
    return [
        (span, {d: [one for one in counting[d] if one.value is span] for d in span.defined}) for span in all_
    ]


def _counting(rivals: Iterable[Span]) -> list[Held[Span]]:
    beginning: defaultdict[int, list[Span]] = defaultdict(list)
    for span in rivals:
        beginning[span.said.start].append(span)
    ends = {span.said.end for span in rivals if span.said.end is not None}
    found: list[Held[Span]] = []
    holding: list[Span] = []
    for start, end in cut(ends.union(beginning), min(beginning), None):
        holding = [one for one in holding if one.said.end is None or one.said.end > start] + beginning[start]
        if holding:
            found.append(Held(max(holding, key=lambda one: one.said.rank), start, end))
    return found


def sides_in(source: JobSql) -> set[str]:
    """The datasets that a job reads or writes by its own word, ever."""
    return {held.value for held in (*source.inputs, *source.outputs)}


def said_by(
    source: JobSql, identities: Mapping[str, tuple[DatasetId, ...]], told_again: Collection[int] = ()
) -> list[Said]:
    """All that a job says. ``identities``: the names of the datasets of its sides by key, their own first.

    ``told_again``: where the job says a text anew, so that it is a new fact from there on.
    """
    instants = bounds((*source.inputs, *source.outputs)).union(told_again)
    found: list[Said] = []
    for held in source.sql:
        assert held.start is not None  # an order key has an instant
        text = SqlText.decoded(held.value)
        for start, end in cut(instants, held.start, held.end):
            inputs, outputs = _at(source.inputs, start), _at(source.outputs, start)
            around = namespaces_of((*outputs, *inputs), identities)
            dialect = _dialect(text, around)
            found.append(Said(start, end, text.query, dialect, inputs, outputs, around, held.start))
    return found


def names_in(said: Said, bare: SqlLineage) -> set[Name]:
    """The names of datasets that may be what a text means. ``bare``: its analysis without any schema."""
    names = [write.table for write in targets_of(bare).values() if write.table is not None]
    names += [read.table for read in bare.reads if not read.own]
    lasts = {name.parts[-1] for name in names}
    return {(namespace, last) for namespace in said.around for last in lasts}


def targets_of(lineage: SqlLineage) -> dict[str | None, TableWrite]:
    """What the text writes by ``TableName.key``; under None the job's own output, where no statement names a target."""
    found = {key_of(write): write for write in lineage.writes if not write.temporary}
    if len(found) > 1:
        found.pop(None, None)
    return found


def key_of(write: TableWrite) -> str | None:
    """The key of the name of what is written."""
    return None if write.table is None else write.table.key


def _at(side: Iterable[Held[str]], instant: int) -> tuple[str, ...]:
    return tuple(sorted({held.value for held in side if held.at(instant)}))


def span_of(
    said: Said,
    bare: SqlLineage,
    identities: Mapping[str, tuple[DatasetId, ...]],
    neighbours: Neighbours,
    forgets: Sequence[Forget] = (),
) -> Span:
    """What the names in a text mean. ``identities``: as for ``said_by``, with the neighbours too.

    ``forgets``: what is forgotten is not meant by names in spans that begin at the command's time or before it.
    """
    covering = [one for one in forgets if said.start <= instant_of(one.at)]
    targets = targets_of(bare)
    changed: list[bool] = []

    def meaning(name: TableName | None, *, written: bool) -> Resolved:
        if name is None:
            return own_output(said.outputs)
        near = {key for namespace in said.around for key in neighbours(namespace, name.parts[-1])}
        others = tuple(sorted(near.difference(said.inputs, said.outputs)))
        around = Surroundings(said.inputs, said.outputs, others, identities)
        found = resolve(name.parts, around, written=written)
        left = remembered(found, is_forgotten)
        changed.append(left is not found)
        return left

    def is_forgotten(key: str) -> bool:
        if not covering or key in said.inputs or key in said.outputs:
            return False
        # A name that no event has ever given has no identity yet; its key spells it.
        dataset = identities[key][0] if key in identities else DatasetId.parse(key)
        return any(one.scope.covers(dataset) for one in covering)

    writes = {key: meaning(write.table, written=True) for key, write in targets.items()}
    defined = {writes[key].dataset for key, write in targets.items() if write.kind in DEFINING}
    reads = {read.table.key: meaning(read.table, written=False) for read in bare.reads if not read.own}
    return Span(said, reads, writes, frozenset(filter(None, defined)), any(changed))


def _dialect(text: SqlText, namespaces: Iterable[str]) -> str | None:
    """That of the facet, else that of the first namespace of a known scheme, else that of the engine."""
    schemes = [namespace.partition(":")[0] for namespace in namespaces]
    for name in (text.dialect, *schemes, text.engine):
        if dialect_of(name) is not None:
            return name
    return text.dialect


def namespaces_of(
    datasets: Iterable[str], identities: Mapping[str, tuple[DatasetId, ...]]
) -> tuple[str, ...]:
    """The namespaces of datasets, each once, in their order."""
    return tuple(dict.fromkeys(identities[key][0].namespace for key in datasets))
