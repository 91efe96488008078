"""What a version of a contract promises, and what a schema object of it or of a dbt project says: read from what a
document or the graph tells (``ingest.proposals.told``)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from catalog.aliases import is_dataset
from catalog.canonical import plain
from catalog.impact.change import Place
from ingest.proposals.shape import Column, Shape
from ingest.proposals.told import Told, names_in
from ontology.vocabulary import Label, Rel

WORDS = {"title": "title", "description": "description", "tags": "tags"}
TERMS = (
    "purpose",
    "limitations",
    "usage",
    "tags",
    "tenant",
    "support",
    "dataProductName",
    "endOfLife",
    "endOfSupport",
)
"""What a contract says beside its objects, by the property that has it."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of quality, or the target of a service level. ``bound``: what the operator compares with, as text."""

    name: str
    operator: str | None = None
    bound: str | None = None
    unit: str | None = None
    query: str | None = None
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class FieldSaid:
    """What is said of a field beside its type. ``constraints``: as ODCS has them, ``enum`` among them."""

    physical: str | None = None
    logical: str | None = None
    unique: bool = False
    primary: bool = False
    constraints: Mapping[str, Any] = field(default_factory=dict)
    classes: frozenset[str] = frozenset()
    terms: frozenset[str] = frozenset()
    title: str | None = None
    rules: Mapping[str, Rule] = field(default_factory=dict)
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class ObjectSaid:
    """A schema object. ``name``: what it is called in its contract or project; ``datasets``: the server (or "") → the
    datasets that are named outright; ``location``: database, schema and name of its table, as far as they are said."""

    key: str
    name: str
    shape: Shape
    fields: Mapping[str, FieldSaid]
    datasets: frozenset[tuple[str, str]] = frozenset()
    location: tuple[str | None, str | None, str | None] = (None, None, None)
    words: Mapping[str, str] = field(default_factory=dict)
    classes: frozenset[str] = frozenset()
    rules: Mapping[str, Rule] = field(default_factory=dict)
    owners: frozenset[str] = frozenset()
    virtual: bool = False
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class ContractSaid:
    """One version of a contract. ``key``: of the contract (``contract/…``), ``node`` of the version."""

    key: str
    node: str
    version: str
    status: str | None
    terms: Mapping[str, str]
    price: str | None
    objectives: Mapping[str, Rule]
    owners: frozenset[str]
    domains: frozenset[str]
    objects: Mapping[str, ObjectSaid]
    place: Place | None = None


def contracts_in(told: Told) -> list[ContractSaid]:
    """The versions of contracts."""
    return [contract_said(told, node.key) for node in told.of(Label.CONTRACT_VERSION)]


def contract_said(told: Told, node: str) -> ContractSaid:
    """One version."""
    key = next(iter(sorted(told.targets(node, Rel.VERSION_OF))), node)
    objects = (object_said(told, one) for one in sorted(told.targets(node, Rel.HAS_SCHEMA)))
    return ContractSaid(
        key,
        node,
        told.text(node, "version") or names_in(node)[-1],
        told.text(node, "status"),
        {name: text for name in TERMS if (text := told.text(node, name)) is not None},
        told.text(node, "price"),
        _rules(told, node, Rel.HAS_SLO, of_objectives=True),
        told.targets(key, Rel.OWNED_BY),
        told.targets(key, Rel.IN_DOMAIN),
        {one.name: one for one in objects},
        told.place(node),
    )


def object_said(told: Told, key: str) -> ObjectSaid:
    """One schema object."""
    columns: list[tuple[int, Column]] = []
    fields: dict[str, FieldSaid] = {}
    paths: dict[str, str] = {}
    for edge in sorted(
        told.out(key, Rel.HAS_PROPERTY), key=lambda one: (_ordinal(one.properties), one.target)
    ):
        column, said = _field(told, edge.target, paths)
        if column.path not in fields:
            columns.append((_ordinal(edge.properties), column))
            fields[column.path] = said
    keyed = tuple(path for path, said in fields.items() if said.primary)
    kind = (told.text(key, "objectType") or "").lower()
    return ObjectSaid(
        key,
        names_in(key)[-1],
        Shape(tuple(column for _, column in columns), key=keyed, place=told.place(key)),
        fields,
        frozenset(
            (str(dict(edge.properties).get("server") or ""), edge.target)
            for edge in told.out(key, Rel.BOUND_TO)
            if is_dataset(edge.target)
        ),
        (
            told.text(key, "database"),
            told.text(key, "databaseSchema"),
            told.text(key, "physicalName") or told.text(key, "name"),
        ),
        {name: text for name, property_ in WORDS.items() if (text := told.text(key, property_)) is not None},
        told.targets(key, Rel.CLASSIFIED_AS),
        _rules(told, key, Rel.HAS_QUALITY_RULE),
        told.targets(key, Rel.OWNED_BY),
        kind == "ephemeral",
        told.place(key),
    )


def _field(told: Told, key: str, paths: dict[str, str]) -> tuple[Column, FieldSaid]:
    """A property by its physical path, outer ones read before inner ones."""
    spelled = names_in(key)[-1].replace("[]", "")
    outer = spelled.rpartition(".")[0]
    own = told.text(key, "physicalName") or spelled[len(outer) + 1 if outer else 0 :]
    path = f"{paths.get(outer, outer)}.{own}" if outer in paths else (own if not outer else f"{outer}.{own}")
    paths[spelled] = path
    constraints = _constraints(told, key)
    physical, logical = told.text(key, "physicalType"), told.text(key, "type")
    required = told.value(key, "required")
    said = FieldSaid(
        physical,
        logical,
        told.value(key, "unique") is True,
        told.value(key, "primaryKey") is True,
        constraints,
        told.targets(key, Rel.CLASSIFIED_AS),
        told.targets(key, Rel.MEANS),
        told.text(key, "title"),
        _rules(told, key, Rel.HAS_QUALITY_RULE),
        told.place(key),
    )
    column = Column(
        path,
        physical or logical,
        required is True or said.primary,
        told.text(key, "description") or "",
        values=_enum(constraints) or told.values.get(key),
        place=told.place(key, "physicalType") or told.place(key, "type") or told.place(key),
    )
    return column, said


def _constraints(told: Told, key: str) -> dict[str, Any]:
    text = told.text(key, "constraints")
    found = plain(text) if text is not None else {}
    form = told.text(key, "format")
    told_form = {} if form is None else {"format": form}
    return {**(found if isinstance(found, dict) else {}), **told_form}


def _enum(constraints: Mapping[str, Any]) -> tuple[str, ...] | None:
    listed = constraints.get("enum")
    return tuple(map(str, listed)) if isinstance(listed, list) else None


def _rules(told: Told, key: str, rel: Rel, *, of_objectives: bool = False) -> dict[str, Rule]:
    found: dict[str, Rule] = {}
    for target in sorted(told.targets(key, rel)):
        names = names_in(target)
        name = "/".join(names[2:]) if of_objectives else told.text(target, "name") or names[-1]
        found.setdefault(
            name,
            Rule(
                name,
                told.text(target, "operator"),
                told.text(target, "threshold"),
                told.text(target, "unit"),
                told.text(target, "query"),
                told.place(target, "threshold") or told.place(target),
            ),
        )
    return found


def _ordinal(properties: Iterable[tuple[str, Any]]) -> int:
    found = dict(properties).get("ordinal")
    return found if isinstance(found, int) else 1_000_000


def with_types(shape: Shape, types: Mapping[str, str | None]) -> Shape:
    """A shape with other types, by path."""
    return replace(
        shape,
        columns=tuple(replace(one, type=types.get(one.path, one.type)) for one in shape.columns),
    )
