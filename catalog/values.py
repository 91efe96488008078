"""The text forms of the derived values of sightings: one sorted canonical JSON text for one value.

    fields     [[path, type, ordinal, description], …]
    aliases    [[namespace, name, type], …]
    owners     [[kind of agent, name, type], …]
    hierarchy  [[type, name], …] from the highest level down
    tags       [[key, value, source, field], …]
    columns    [[source namespace, source name, source field, output namespace, output name, target,
               kind, subtype, masking, description], …]
    dependencies  [[namespace, name, upstream, type, sequence rule, status rule, trigger rule], …]
    declared   {"columns": [as above], "inputs": [[namespace, name], …], "outputs": [[namespace, name], …],
               "stated": as lineage, where a lineage facet states it}
    lineage    {"flows": [[source is a job, namespace, name, namespace and name of the job], …],
               "outputs": [{…, as StatedOutput}, …]}
    described  {"edges": [[type, source, target, {property: value}], …], "key": …, "label": …,
               "properties": {name: value}, "stub": …}

Lists are sets, but for a hierarchy: sorted, without repeats. ``decode_x(encode_x(value))`` gives the same set.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

from catalog.canonical import encode, plain
from catalog.graph import EdgeSpec, Property
from catalog.identity import DatasetId, JobId, ResourceId
from catalog.statement import (
    ColumnEdge,
    Dependency,
    Described,
    FieldSpec,
    Flow,
    Level,
    Owner,
    StatedLineage,
    StatedOutput,
    Symlink,
    Tag,
)

MAX_REMEMBERED = 300
"""Sets of column edges up to this size have their text remembered."""

Row: TypeAlias = tuple[str | int | bool | None, ...]


@dataclass(frozen=True, slots=True)
class Declared:
    """The lineage a JobEvent declares: its whole set, which replaces the one declared before."""

    inputs: frozenset[DatasetId] = frozenset()
    outputs: frozenset[DatasetId] = frozenset()
    columns: frozenset[ColumnEdge] = frozenset()
    stated: StatedLineage | None = None


def _sorted(rows: Iterable[Row]) -> list[Row]:
    """Each row once, in an order that depends on nothing but the rows (None and text do not compare)."""
    return sorted(set(rows), key=repr)


def encode_fields(fields: Iterable[FieldSpec]) -> str:
    """The text of a schema."""
    return encode(_sorted((field.path, field.type, field.ordinal, field.description) for field in fields))


def decode_fields(text: str) -> list[FieldSpec]:
    """The fields of a schema by path."""
    return [FieldSpec(*row) for row in plain(text)]


def encode_symlinks(symlinks: Iterable[Symlink]) -> str:
    """The text of a set of symlinks."""
    return encode(_sorted((link.dataset.namespace, link.dataset.name, link.type) for link in symlinks))


def decode_symlinks(text: str) -> list[Symlink]:
    """The symlinks, sorted."""
    return [Symlink(DatasetId(namespace, name), type_) for namespace, name, type_ in plain(text)]


def encode_owners(owners: Iterable[Owner]) -> str:
    """The text of a set of owners; an agent has one name."""
    return encode(_sorted((owner.agent.kind, str(owner.agent), owner.type) for owner in owners))


def decode_owners(text: str) -> list[Owner]:
    """The owners, sorted."""
    return [Owner(ResourceId(kind, (name,)), type_) for kind, name, type_ in plain(text)]


def encode_hierarchy(levels: Iterable[Level]) -> str:
    """The text of a hierarchy."""
    return encode([[level.type, level.name] for level in levels])


def decode_hierarchy(text: str) -> list[Level]:
    """The levels, the highest first."""
    return [Level(type_, name) for type_, name in plain(text)]


def encode_tags(tags: Iterable[Tag]) -> str:
    """The text of a set of tags."""
    return encode(_sorted((tag.key, tag.value, tag.source, tag.field) for tag in tags))


def decode_tags(text: str) -> list[Tag]:
    """The tags, sorted."""
    return [Tag(*row) for row in plain(text)]


def encode_columns(columns: Iterable[ColumnEdge]) -> str:
    """The text of a set of column edges."""
    whole = frozenset(columns)
    return _encoded_columns(whole) if len(whole) <= MAX_REMEMBERED else encode(_column_rows(whole))


@lru_cache(maxsize=1_000)
def _encoded_columns(columns: frozenset[ColumnEdge]) -> str:
    """Remembered: most runs of a job tell the same set."""
    return encode(_column_rows(columns))


def decode_columns(text: str) -> list[ColumnEdge]:
    """The column edges, sorted."""
    return _columns(plain(text))


def encode_dependencies(dependencies: Iterable[Dependency]) -> str:
    """The text of a set of dependencies between jobs."""
    return encode(
        _sorted(
            (
                one.job.namespace,
                one.job.name,
                one.upstream,
                one.type,
                one.sequence_rule,
                one.status_rule,
                one.trigger_rule,
            )
            for one in dependencies
        )
    )


def decode_dependencies(text: str) -> list[Dependency]:
    """The dependencies, sorted."""
    return [Dependency(JobId(namespace, name), *rest) for namespace, name, *rest in plain(text)]


def encode_declared(declared: Declared) -> str:
    """The text of the lineage that a JobEvent declares."""
    found = {
        "columns": _column_rows(declared.columns),
        "inputs": _dataset_rows(declared.inputs),
        "outputs": _dataset_rows(declared.outputs),
    }
    return encode(found if declared.stated is None else {**found, "stated": _stated(declared.stated)})


def decode_declared(text: str) -> Declared:
    """The lineage that a JobEvent declared."""
    value = plain(text)
    return Declared(
        inputs=frozenset(DatasetId(*row) for row in value["inputs"]),
        outputs=frozenset(DatasetId(*row) for row in value["outputs"]),
        columns=frozenset(_columns(value["columns"])),
        stated=_stated_lineage(value["stated"]) if "stated" in value else None,
    )


def encode_lineage(stated: StatedLineage) -> str:
    """The text of what a lineage facet states."""
    return encode(_stated(stated))


def decode_lineage(text: str) -> StatedLineage:
    """What a lineage facet stated."""
    return _stated_lineage(plain(text))


def _stated(stated: StatedLineage) -> dict[str, Any]:
    outputs = sorted(stated.outputs, key=lambda output: output.dataset)
    return {
        "flows": _sorted(
            (isinstance(flow.source, JobId), *_names(flow.source), *_names(flow.job)) for flow in stated.flows
        ),
        "outputs": [
            {
                "bare": output.bare,
                "columns": _column_rows(output.columns),
                "dataset": [output.dataset.namespace, output.dataset.name],
                "fields": output.fields,
                "holes": output.holes,
                "jobs": _sorted((job.namespace, job.name) for job in output.jobs),
                "sources": _dataset_rows(output.sources),
            }
            for output in outputs
        ],
    }


def _names(identity: DatasetId | JobId) -> tuple[str, str]:
    return identity.namespace, identity.name


def _stated_lineage(value: dict[str, Any]) -> StatedLineage:
    return StatedLineage(
        frozenset(
            StatedOutput(
                DatasetId(*row["dataset"]),
                frozenset(DatasetId(*source) for source in row["sources"]),
                frozenset(JobId(*job) for job in row["jobs"]),
                frozenset(_columns(row["columns"])),
                row["fields"],
                row["bare"],
                row["holes"],
            )
            for row in value["outputs"]
        ),
        frozenset(
            Flow((JobId if of_job else DatasetId)(namespace, name), JobId(*job))
            for of_job, namespace, name, *job in value["flows"]
        ),
    )


def encode_described(node: Described) -> str:
    """The text of what a document says of one thing."""
    edges = sorted(
        {
            (edge.type, edge.source, edge.target, encode(dict(edge.properties))): edge for edge in node.edges
        }.items()
    )
    return encode(
        {
            "edges": [[edge.type, edge.source, edge.target, dict(edge.properties)] for _, edge in edges],
            "key": node.key,
            "label": node.label,
            "properties": {name: _as_set(value) for name, value in node.properties},
            "stub": node.stub,
        }
    )


def decode_described(text: str) -> Described:
    """What a document said of one thing."""
    value = plain(text)
    return Described(
        value["key"],
        value["label"],
        tuple(sorted(value["properties"].items())),
        tuple(
            EdgeSpec(type_, source, target, tuple(sorted(properties.items())))
            for type_, source, target, properties in value["edges"]
        ),
        value["stub"],
    )


def _as_set(value: Property) -> Property:
    return sorted(set(value)) if isinstance(value, list) else value


def _dataset_rows(datasets: Collection[DatasetId]) -> list[Row]:
    return _sorted((dataset.namespace, dataset.name) for dataset in datasets)


def _column_rows(columns: Iterable[ColumnEdge]) -> list[Row]:
    return _sorted(
        (
            edge.source.namespace,
            edge.source.name,
            edge.source_field,
            edge.output.namespace,
            edge.output.name,
            edge.target,
            edge.kind,
            edge.subtype,
            edge.masking,
            edge.description,
        )
        for edge in columns
    )


def _columns(rows: Iterable[list[Any]]) -> list[ColumnEdge]:
    """The edges of rows; few datasets have many columns, and each is made once, so that its key is."""
    known: dict[tuple[str, str], DatasetId] = {}

    def dataset(namespace: str, name: str) -> DatasetId:
        return known.get((namespace, name)) or known.setdefault((namespace, name), DatasetId(namespace, name))

    return [ColumnEdge(dataset(a, b), field, dataset(c, d), *rest) for a, b, field, c, d, *rest in rows]
