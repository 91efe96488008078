"""The text forms of the derived values of sightings: one sorted canonical JSON text for one value.

    fields     [[path, type, ordinal, description], …]
    aliases    [[namespace, name, type], …]
    owners     [[kind of agent, name, type], …]
    tags       [[key, value, source, field], …]
    columns    [[source namespace, source name, source field, output namespace, output name, target,
               kind, subtype, masking, description], …]
    dependencies  [[namespace, name, upstream, type, sequence rule, status rule, trigger rule], …]
    declared   {"columns": [as above], "inputs": [[namespace, name], …], "outputs": [[namespace, name], …]}
    described  {"edges": [[type, source, target, {property: value}], …], "key": …, "label": …,
               "properties": {name: value}, "stub": …}

Lists are sets: sorted, without repeats. ``decode_x(encode_x(value))`` gives the same set.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

from catalog.canonical import encode, plain
from catalog.graph import EdgeSpec, Property
from catalog.identity import DatasetId, JobId, ResourceId
from catalog.statement import ColumnEdge, Dependency, Described, FieldSpec, Owner, Symlink, Tag

MAX_REMEMBERED = 300
"""Sets of column edges up to this size have their text remembered."""

Row: TypeAlias = tuple[str | int | bool | None, ...]


@dataclass(frozen=True, slots=True)
class Declared:
    """The lineage a JobEvent declares: its whole set, which replaces the one declared before."""

    inputs: frozenset[DatasetId] = frozenset()
    outputs: frozenset[DatasetId] = frozenset()
    columns: frozenset[ColumnEdge] = frozenset()


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
    return [_column(row) for row in plain(text)]


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
    return encode(
        {
            "columns": _column_rows(declared.columns),
            "inputs": _dataset_rows(declared.inputs),
            "outputs": _dataset_rows(declared.outputs),
        }
    )


def decode_declared(text: str) -> Declared:
    """The lineage that a JobEvent declared."""
    value = plain(text)
    return Declared(
        inputs=frozenset(DatasetId(*row) for row in value["inputs"]),
        outputs=frozenset(DatasetId(*row) for row in value["outputs"]),
        columns=frozenset(_column(row) for row in value["columns"]),
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


def _column(row: list[Any]) -> ColumnEdge:
    source_namespace, source_name, source_field, output_namespace, output_name, *rest = row
    source, output = DatasetId(source_namespace, source_name), DatasetId(output_namespace, output_name)
    return ColumnEdge(source, source_field, output, *rest)
