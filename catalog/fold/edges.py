"""Edges from histories: which relationships a value stands for, and the stretches of validity that follow."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from catalog import values
from catalog.canonical import plain
from catalog.fold.history import (
    COLUMNS,
    DATASET_COLUMNS,
    FLOWS,
    INPUTS,
    LINEAGE,
    NODE,
    OUTPUTS,
    Segment,
)
from catalog.fold.told import JOBS, PARTIAL, PRODUCED, SOURCES, told_values
from catalog.graph import Edge, EdgeSpec, Scalar
from catalog.identity import CurationId, DatasetId, DocumentId, FieldId, JobId, ResourceId, RunId, is_document
from catalog.lifecycle import PREVIOUS, previous_of
from catalog.naming.rule import is_rule_type
from catalog.statement import DEPENDENCIES, GAP, ColumnEdge
from ontology.vocabulary import Origin, Rel

FIELDS = "fields"
ALIASES = "aliases"
OWNERS = "owners"
TAGS = "tags"
DECLARED = "declared"

Entity: TypeAlias = DatasetId | FieldId | JobId | RunId | DocumentId | CurationId | ResourceId
Names: TypeAlias = dict[str, Entity]
"""Node key → what it names: collected while edges are built, so that their end nodes can be made."""

Interval: TypeAlias = tuple[int | None, int | None]

_TELLING = frozenset(
    (
        *(FIELDS, ALIASES, OWNERS, TAGS, DATASET_COLUMNS, LINEAGE, DECLARED, INPUTS, OUTPUTS, FLOWS),
        *(PREVIOUS, DEPENDENCIES, GAP),
    )
)
_DECLARING = frozenset((DATASET_COLUMNS, LINEAGE, DECLARED, OWNERS, TAGS))


def tells_edges(key: str) -> bool:
    """Whether values of a history key stand for relationships."""
    return key in _TELLING or key.startswith((COLUMNS, NODE))


def origin_of(entity: Entity, key: str) -> Origin:
    """Schemas and names of datasets and lineage of runs are observed; what documents, job and dataset events state is
    declared, and so are owners and tags: nobody can observe them. What a curation says is curated."""
    if isinstance(entity, CurationId):
        return Origin.CURATED
    declared = key in _DECLARING or key.startswith(NODE)
    return Origin.DECLARED if declared else Origin.OBSERVED


def told_by_document(edge: Edge) -> bool:
    """Whether a document or a curation tells the edge."""
    return is_document(edge.via)


def told_by_rule(edge: Edge) -> bool:
    """Whether the edge links a name to its normal form; that of a symlink is told by what it leads to."""
    return edge.type == Rel.ALIAS_OF and edge.via == edge.source


def leads_to_normal_form(spec: EdgeSpec) -> bool:
    """Whether a naming rule has made the link, here or where it comes from."""
    return spec.type == Rel.ALIAS_OF and is_rule_type(dict(spec.properties).get("aliasType"))


def decode_datasets(text: str) -> list[DatasetId]:
    """The datasets of a value of ``inputs`` or ``outputs``."""
    return [DatasetId(namespace, name) for namespace, name, *_stated in plain(text)]


def decode_members(text: str) -> frozenset[str]:
    """The keys in a set of datasets or of nodes."""
    return frozenset(item if isinstance(item, str) else DatasetId(*item[:2]).key for item in plain(text))


def edge_specs(entity: Entity, key: str, text: str, names: Names) -> list[EdgeSpec]:
    """The relationships that one value of one history stands for, some twice; fills ``names`` with their ends."""
    return list(_specs(entity, key, text, names))


def _specs(entity: Entity, key: str, text: str, names: Names) -> Iterator[EdgeSpec]:
    names[entity.key] = entity
    if isinstance(entity, DatasetId) and key == FIELDS:
        yield from _field_specs(entity, text, names)
    elif key == ALIASES:
        for link in values.decode_symlinks(text):
            if link.dataset != entity:
                names[link.dataset.key] = link.dataset
                yield EdgeSpec(Rel.ALIAS_OF, link.dataset.key, entity.key, (("aliasType", link.type),))
    elif key == OWNERS:
        yield from _owner_specs(entity, text, names)
    elif key == TAGS:
        yield from _tag_specs(entity, text, names)
    elif key == DECLARED:
        for part, told in told_values(values.decode_declared(text)).items():
            yield from _specs(entity, part, told, names)
    elif key.startswith(NODE):
        yield from _described_specs(entity, text)
    elif key == INPUTS:
        for dataset in decode_datasets(text):
            names[dataset.key] = dataset
            yield EdgeSpec(Rel.CONSUMED_BY, dataset.key, entity.key)
    elif key == OUTPUTS:
        yield from _output_specs(entity, text, names)
    elif key == FLOWS:
        yield from _flow_specs(text, names)
    elif key == PREVIOUS:
        previous = previous_of(text)
        if previous != entity:
            names[previous.key] = previous
            yield EdgeSpec(Rel.RENAMED_TO, previous.key, entity.key)
    elif key == LINEAGE:
        yield from _stated_specs(entity, text, names)
    elif key == DEPENDENCIES:
        yield from _dependency_specs(entity, text, names)
    elif key == GAP:
        if counts := plain(text):
            yield EdgeSpec(Rel.LINEAGE_GAP, entity.key, entity.key, tuple(sorted(counts.items())))
    elif key == DATASET_COLUMNS or key.startswith(COLUMNS):
        columns = values.decode_columns(text)
        yield from _column_specs(columns, names)
        if key == DATASET_COLUMNS:
            yield from _derivation_specs(entity, {column.source for column in columns}, names)


def _output_specs(job: Entity, text: str, names: Names) -> Iterator[EdgeSpec]:
    """What a job writes. Of an output that a lineage facet tells of, what it comes from goes past the job."""
    for namespace, name, *stated in plain(text):
        dataset = DatasetId(namespace, name)
        names[dataset.key] = dataset
        if not stated:
            yield EdgeSpec(Rel.PRODUCES, job.key, dataset.key)
            continue
        said = stated[0]
        if said[PRODUCED]:
            told = (("explicit", True), *((("partial", True),) if said[PARTIAL] else ()))
            yield EdgeSpec(Rel.PRODUCES, job.key, dataset.key, told)
        yield from _derivation_specs(dataset, (DatasetId(*source) for source in said[SOURCES]), names)
        for other in (JobId(*one) for one in said[JOBS]):
            names[other.key] = other
            yield EdgeSpec(Rel.PRODUCES, other.key, dataset.key)


def _flow_specs(text: str, names: Names) -> Iterator[EdgeSpec]:
    """Data that flows into jobs."""
    for of_job, source_namespace, source_name, namespace, name in plain(text):
        source = (JobId if of_job else DatasetId)(source_namespace, source_name)
        job = JobId(namespace, name)
        names.update({source.key: source, job.key: job})
        yield EdgeSpec(Rel.PASSES_DATA_TO if of_job else Rel.CONSUMED_BY, source.key, job.key)


def _stated_specs(dataset: Entity, text: str, names: Names) -> Iterator[EdgeSpec]:
    """What a dataset states without a job that it comes from."""
    for output in values.decode_lineage(text).outputs:
        yield from _derivation_specs(dataset, output.sources, names)
        yield from _column_specs(output.columns, names)
        for job in output.jobs:
            names[job.key] = job
            yield EdgeSpec(Rel.PRODUCES, job.key, dataset.key)


def _field_specs(dataset: DatasetId, text: str, names: Names) -> Iterator[EdgeSpec]:
    for spec in values.decode_fields(text):
        field = dataset.field(spec.path)
        names[field.key] = field
        optional = (("description", spec.description), ("ordinal", spec.ordinal), ("type", spec.type))
        yield EdgeSpec(Rel.HAS_FIELD, dataset.key, field.key, _present(optional))


def _owner_specs(owned: Entity, text: str, names: Names) -> Iterator[EdgeSpec]:
    for owner in values.decode_owners(text):
        names[owner.agent.key] = owner.agent
        yield EdgeSpec(Rel.OWNED_BY, owned.key, owner.agent.key, _present((("ownerType", owner.type),)))


def _tag_specs(tagged: Entity, text: str, names: Names) -> Iterator[EdgeSpec]:
    for tag in values.decode_tags(text):
        node = ResourceId("tag", (tag.key,))
        on = tagged if tag.field is None or not isinstance(tagged, DatasetId) else tagged.field(tag.field)
        names[node.key] = node
        names[on.key] = on
        said = (("source", tag.source), ("value", tag.value))
        yield EdgeSpec(Rel.TAGGED, on.key, node.key, _present(said))


def _column_specs(columns: Iterable[ColumnEdge], names: Names) -> Iterator[EdgeSpec]:
    for column in columns:
        source = column.source.field(column.source_field)
        target: Entity = column.output if column.target is None else column.output.field(column.target)
        names[source.key] = source
        names[target.key] = target
        rel = Rel.FEEDS if column.kind == "DIRECT" and column.target is not None else Rel.INFLUENCES
        optional = (
            ("description", column.description),
            ("masking", column.masking or None),
            ("subtype", column.subtype),
        )
        yield EdgeSpec(rel, source.key, target.key, _present(optional))


def _dependency_specs(job: Entity, text: str, names: Names) -> Iterator[EdgeSpec]:
    """Which job comes before which; that a job waits for its own last run says nothing of others."""
    for one in values.decode_dependencies(text):
        if one.job == job:
            continue
        names[one.job.key] = one.job
        before, after = (one.job.key, job.key) if one.upstream else (job.key, one.job.key)
        optional = (
            ("dependencyType", one.type),
            ("sequenceRule", one.sequence_rule),
            ("statusRule", one.status_rule),
            ("triggerRule", one.trigger_rule),
        )
        yield EdgeSpec(Rel.PRECEDES, before, after, _present(optional))


def _described_specs(document: Entity, text: str) -> Iterator[EdgeSpec]:
    """What a document tells of one node: that it describes or names it, and the edges that leave it.

    In which namespace a dataset or job is follows from its name, whoever says it; so does its normal form.
    """
    node = values.decode_described(text)
    if node.key != document.key:
        yield EdgeSpec(Rel.DESCRIBES, document.key, node.key)
    yield from (
        edge for edge in node.edges if edge.type != Rel.IN_NAMESPACE and not leads_to_normal_form(edge)
    )


def _derivation_specs(dataset: Entity, sources: Iterable[DatasetId], names: Names) -> Iterator[EdgeSpec]:
    """Between datasets, what lineage past a job says: walks then need not read the columns for it."""
    for source in sources:
        names[source.key] = source
        yield EdgeSpec(Rel.HAD_DERIVATION, source.key, dataset.key)


def _present(optional: Sequence[tuple[str, Scalar | None]]) -> tuple[tuple[str, Scalar], ...]:
    return tuple((name, value) for name, value in optional if value is not None)


def intervals(
    entity: Entity, segments: Sequence[Segment], specs: Mapping[tuple[str, str], Iterable[EdgeSpec]]
) -> dict[tuple[EdgeSpec, Origin], list[Interval]]:
    """When each relationship holds from the first segment on. ``specs``: (history key, digest) → relationships."""
    found: dict[tuple[EdgeSpec, Origin], list[Interval]] = {}
    ends: list[int | None] = [segment.start for segment in segments[1:]]
    for segment, end in zip(segments, [*ends, None], strict=True):
        if segment.start == end:
            continue
        interval = segment.start, end
        for key, digests in segment.composition.items():
            origin = origin_of(entity, key)
            for digest in digests:
                for spec in specs.get((key, digest), ()):
                    _extend(found.setdefault((spec, origin), []), interval)
    return found


def _extend(known: list[Interval], interval: Interval) -> None:
    """Add an interval behind the known ones, joining those that touch or overlap."""
    if known and (known[-1][1] is None or (interval[0] is not None and known[-1][1] >= interval[0])):
        start, end = known[-1]
        longest = None if end is None or interval[1] is None else max(end, interval[1])
        known[-1] = (start, longest)
    else:
        known.append(interval)


def reconcile(
    via: str,
    stored: Iterable[Edge],
    desired: Mapping[tuple[EdgeSpec, Origin], Sequence[Interval]],
    since: int,
) -> dict[str, Edge | None]:
    """The edges to write and to delete so that from ``since`` on the desired intervals hold, and before it what held.

    ``stored``: all edges of the history that have not ended before ``since``.
    """
    was: dict[tuple[EdgeSpec, Origin], dict[Interval, Edge]] = {}
    for edge in stored:
        was.setdefault((edge.spec, Origin(edge.origin)), {})[edge.valid_from, edge.valid_to] = edge
    changes: dict[str, Edge | None] = {}
    for relation in was.keys() | desired.keys():
        before, wanted = was.get(relation, {}), desired.get(relation, ())
        now = _joined(before, wanted, since) if before else wanted
        for interval, edge in before.items():
            if interval not in now:
                changes[edge.id] = None
        for interval in now:
            if interval not in before:
                edge = _edge(via, *relation, interval)
                changes[edge.id] = edge
    return changes


def _joined(before: Iterable[Interval], desired: Sequence[Interval], since: int) -> list[Interval]:
    kept = [
        (start, since if end is None or end > since else end)
        for start, end in sorted(before, key=lambda interval: _low(interval[0]))
        if start is None or start < since
    ]
    joined: list[Interval] = []
    for interval in (*kept, *desired):
        _extend(joined, interval)
    return joined


def _low(instant: int | None) -> float | int:
    return float("-inf") if instant is None else instant


def _edge(via: str, spec: EdgeSpec, origin: Origin, interval: Interval) -> Edge:
    return Edge(spec.type, spec.source, spec.target, via, origin, spec.properties, *interval)
