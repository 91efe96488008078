"""Models, seeds, snapshots and sources of a dbt project as schemas, with their columns and tests."""

from collections.abc import Mapping
from typing import Any

from catalog.canonical import encode
from ingest.descriptors.dbt_manifest import Check, Column, Constraint, Manifest, Node
from ingest.descriptors.dbt_meta import meant, tell_the_rest
from ingest.descriptors.draft import Draft
from ingest.facets.ownership import agent
from ontology.vocabulary import Label, Rel

DBT = "dbt"
"""The first part of the keys of what dbt names by a unique_id."""

_DIMENSIONS = {
    "accepted_values": "conformity",
    "not_null": "completeness",
    "relationships": "consistency",
    "unique": "uniqueness",
}
"""What dbt's own tests look at, in the words of the Open Data Contract Standard."""


def draw_schemas(manifest: Manifest, draft: Draft) -> None:
    """A schema for each node, what it depends on, and the quality rules of its tests."""
    for node in manifest.nodes.values():
        _draw(node, manifest, draft)
    for check in manifest.checks:
        _draw_check(check, manifest, draft)


def schema_key(draft: Draft, unique_id: str, node: Node) -> str:
    """The key of a node's schema; ``node`` is where it is named."""
    return draft.thing(Label.SCHEMA, DBT, unique_id, at=node.at)


def _draw(node: Node, manifest: Manifest, draft: Draft) -> None:
    said = meant(node.meta)
    schema = schema_key(draft, node.unique_id, node)
    draft.say(
        schema,
        node.at,
        name=node.title,
        description=node.description,
        physicalName=node.identifier,
        objectType=node.materialized if node.kind == "model" else node.kind,
        platform=manifest.adapter,
        database=node.database,
        databaseSchema=node.schema,
        uniqueId=node.unique_id,
        version=node.version,
        tags=node.tags,
    )
    group = manifest.group_of(node)
    if group is not None:
        draft.link(Rel.OWNED_BY, schema, draft.thing(Label.TEAM, group.name, at=group.at), node.at)
    if said.owner is not None:
        _draw_owner(said.owner, schema, node, draft)
    for word in said.classifications:
        draft.link(Rel.CLASSIFIED_AS, schema, draft.thing(Label.CLASSIFICATION, word, at=node.at), node.at)
    for word in said.terms:
        draft.link(Rel.THEME, schema, draft.thing(Label.GLOSSARY_TERM, word, at=node.at), node.at)
    for unique_id in node.depends_on:
        if unique_id in manifest.nodes:
            kind = manifest.nodes[unique_id].kind
            draft.link(
                Rel.DEPENDS_ON, schema, schema_key(draft, unique_id, node), node.at, dependencyType=kind
            )
    keyed = _keyed(node.constraints)
    for column in node.columns:
        _draw_column(node, schema, column, keyed, draft)
    _draw_constraints(node, schema, draft)
    tell_the_rest(
        node.meta, node.at, ("domain", "product", "classifications", "terms", "owner", "contract"), draft
    )


def _draw_owner(owner: str, schema: str, node: Node, draft: Draft) -> None:
    """Whom ``meta.owner`` names, as the ownership facet that the events of this model have names it."""
    who = agent(owner)
    label = Label.TEAM if who.kind == "team" else Label.PERSON
    draft.link(Rel.HAS_ROLE, draft.thing(label, *who.parts, at=node.at), schema, node.at, role="owner")


def _draw_column(node: Node, schema: str, column: Column, keyed: frozenset[str], draft: Draft) -> None:
    said = meant(column.meta)
    types = {constraint.type for constraint in column.constraints}
    primary = True if "primary_key" in types or column.name in keyed else None
    key = draft.thing(Label.SCHEMA_PROPERTY, DBT, node.unique_id, column.name, at=column.at)
    draft.say(
        key,
        column.at,
        name=column.name,
        description=column.description,
        physicalType=column.data_type,
        required=True if "not_null" in types or primary else None,
        unique=True if "unique" in types else None,
        primaryKey=primary,
        tags=column.tags,
        constraints=_others(column.constraints),
    )
    draft.link(Rel.HAS_PROPERTY, schema, key, column.at, ordinal=column.ordinal)
    for word in said.classifications:
        draft.link(Rel.CLASSIFIED_AS, key, draft.thing(Label.CLASSIFICATION, word, at=column.at), column.at)
    for word in said.terms:
        draft.link(Rel.MEANS, key, draft.thing(Label.GLOSSARY_TERM, word, at=column.at), column.at)
    tell_the_rest(column.meta, column.at, ("classifications", "terms"), draft)


def _keyed(constraints: tuple[Constraint, ...]) -> frozenset[str]:
    """The columns of the primary key that a model has as a whole."""
    return frozenset(
        column
        for constraint in constraints
        if constraint.type == "primary_key"
        for column in constraint.columns
    )


def _others(constraints: tuple[Constraint, ...]) -> str | None:
    """Constraints that no property of their own tells: type → expression (or true)."""
    told = {
        constraint.type: constraint.expression or True
        for constraint in constraints
        if constraint.type not in ("not_null", "unique", "primary_key")
    }
    return encode(told) if told else None


def _draw_constraints(node: Node, schema: str, draft: Draft) -> None:
    """What the columns of a model must satisfy together, as rules."""
    for number, constraint in enumerate(node.constraints, start=1):
        if constraint.type == "primary_key":
            continue
        rule = draft.thing(Label.QUALITY_RULE, DBT, node.unique_id, str(number), at=constraint.at)
        told = [*constraint.columns, *([constraint.expression] if constraint.expression else [])]
        draft.say(
            rule,
            constraint.at,
            name=constraint.name or f"{constraint.type}: {', '.join(told)}",
            ruleType="constraint",
            metricName=constraint.type,
            query=constraint.expression,
        )
        draft.link(Rel.HAS_QUALITY_RULE, schema, rule, constraint.at)


def _draw_check(check: Check, manifest: Manifest, draft: Draft) -> None:
    node = manifest.nodes.get(check.of or "")
    if node is None:
        draft.unmapped(
            check.at, "a test of several models, or of none that the manifest has", like=("nodes", "*")
        )
        return
    column = next((column for column in node.columns if column.name == check.column), None)
    rule = draft.thing(Label.QUALITY_RULE, DBT, check.unique_id, at=check.at)
    draft.say(
        rule,
        check.at,
        name=check.name,
        description=check.description or _arguments(check.arguments),
        ruleType="library" if check.metric else "sql",
        metricName=check.metric,
        dimension=_DIMENSIONS.get(check.metric or ""),
        ruleSeverity=check.severity,
        query=check.query,
    )
    of = (
        schema_key(draft, node.unique_id, node)
        if column is None
        else draft.thing(Label.SCHEMA_PROPERTY, DBT, node.unique_id, column.name, at=column.at)
    )
    draft.link(Rel.HAS_QUALITY_RULE, of, rule, check.at)


def _arguments(arguments: Mapping[str, Any]) -> str | None:
    """What a test is called with, as text."""
    told = {name: value if isinstance(value, str) else encode(value) for name, value in arguments.items()}
    return ", ".join(f"{name}: {told[name]}" for name in sorted(told)) or None
