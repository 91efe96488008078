"""What the analysis of a text tells of a span of a job: edges of datasets, fields and the job, inferred schemas."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from catalog.derivation.schemas import ColumnOf, Columns
from catalog.graph import EdgeSpec, Scalar
from catalog.identity import DatasetId, FieldId, JobId
from ingest.derivation.resolution import Resolved
from ingest.derivation.spans import DEFINING, Span, targets_of
from ingest.sql import ColumnUse, Source, SqlLineage, TableName, TableRead, TableWrite
from ontology.vocabulary import Rel

Entities = dict[str, DatasetId | FieldId | JobId]
"""Node key → what it names."""

ColumnsOf = Mapping[str, Columns]
"""Dataset key → the columns of its schema in force, where one is known."""


@dataclass(frozen=True, slots=True)
class Told:
    """``edges`` without when; ``made``: dataset key → all the columns that the SQL gives it."""

    edges: frozenset[EdgeSpec]
    made: Mapping[str, Columns]


class Telling:
    """Tells one analysis; collects the entities at the ends of the edges."""

    def __init__(
        self,
        job: JobId,
        span: Span,
        identities: Mapping[str, tuple[DatasetId, ...]],
        columns: ColumnsOf,
        entities: Entities,
    ) -> None:
        self._job = job
        self._span = span
        self._identities = identities
        self._columns = columns
        self._entities = entities

    def told(self, lineage: SqlLineage, *, known: Collection[str]) -> Told:
        """``known``: keys of datasets of which no schema is inferred here: one was sent, or another text counts."""
        writes = [
            (write, dataset)
            for key, write in targets_of(lineage).items()
            if (dataset := self._dataset(self._span.writes.get(key))) is not None
        ]
        made = {
            dataset.key: tuple(ColumnOf(column.name, column.type) for column in write.columns)
            for write, dataset in writes
            if _is_schema(write) and dataset.key not in known
        }
        edges: set[EdgeSpec] = set()
        for read in lineage.reads:
            edges.update(self._read(read))
        for write, dataset in writes:
            edges.update(self._write(write, dataset))
        for key, columns in made.items():
            edges.update(self._schema(self._identities[key][0], columns))
        return Told(frozenset(edges), made)

    def _read(self, read: TableRead) -> Iterator[EdgeSpec]:
        dataset = None if read.own else self._meant(read.table)
        if dataset is None:
            return
        if not read.target and dataset.key not in self._span.said.inputs:
            yield EdgeSpec(Rel.CONSUMED_BY, self._key(dataset), self._key(self._job))
        for use in read.columns:
            field = self._field(dataset, use.name)
            yield EdgeSpec(Rel.USED_BY, self._key(field), self._key(self._job), _use(use))

    def _write(self, write: TableWrite, dataset: DatasetId) -> Iterator[EdgeSpec]:
        if dataset.key not in self._span.said.outputs:
            yield EdgeSpec(Rel.PRODUCES, self._key(self._job), self._key(dataset))
        known = self._columns.get(dataset.key, ())
        by_position = known if write.closed and len(known) == len(write.columns) else None
        for place, column in enumerate(write.columns):
            if column.sources and (column.named or by_position):
                name = column.name if column.named or not by_position else by_position[place].name
                yield from self._sources(column.sources, self._field(dataset, name))
        yield from self._sources(write.influences, dataset)

    def _sources(self, sources: Iterable[Source], target: DatasetId | FieldId) -> Iterator[EdgeSpec]:
        for source in sources:
            dataset = self._meant(source.table)
            if dataset is not None:
                direct = source.kind == "DIRECT" and isinstance(target, FieldId)
                field = self._field(dataset, source.column)
                subtype = (("subtype", source.subtype),) if source.subtype else ()
                rel = Rel.FEEDS if direct else Rel.INFLUENCES
                yield EdgeSpec(rel, self._key(field), self._key(target), subtype)

    def _schema(self, dataset: DatasetId, columns: Columns) -> Iterator[EdgeSpec]:
        for ordinal, column in enumerate(columns, 1):
            properties: dict[str, Scalar] = {"inferred": True, "ordinal": ordinal}
            if column.type is not None:
                properties["type"] = column.type
            field = self._field(dataset, column.name)
            yield EdgeSpec(
                Rel.HAS_FIELD, self._key(dataset), self._key(field), tuple(sorted(properties.items()))
            )

    def _meant(self, table: TableName) -> DatasetId | None:
        return self._dataset(self._span.reads.get(table.key) or self._span.writes.get(table.key))

    def _dataset(self, found: Resolved | None) -> DatasetId | None:
        return None if found is None or found.dataset is None else self._identities[found.dataset][0]

    def _field(self, dataset: DatasetId, name: str) -> FieldId:
        """The field of a column: as the schema spells it, where it has it in one spelling."""
        known = [column.name for column in self._columns.get(dataset.key, ())]
        alike = [one for one in known if one.casefold() == name.casefold()]
        return dataset.field(alike[0] if name not in known and len(alike) == 1 else name)

    def _key(self, entity: DatasetId | FieldId | JobId) -> str:
        self._entities[entity.key] = entity
        return entity.key


def _is_schema(write: TableWrite) -> bool:
    """Whether the text gives what it writes all its columns, each with a name of its own."""
    names = {column.name.casefold() for column in write.columns if column.named}
    return write.closed and write.kind in DEFINING and len(names) == len(write.columns) > 0


def _use(use: ColumnUse) -> tuple[tuple[str, Scalar], ...]:
    clauses: tuple[tuple[str, Scalar], ...] = (("clauses", ",".join(sorted(use.clauses))),)
    return (*clauses, ("star", True)) if use.star else clauses
