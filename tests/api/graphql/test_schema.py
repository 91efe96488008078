"""Policies over the whole schema: described, bounded, exported."""

from collections.abc import Iterator

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLScalarType,
    build_schema,
    get_introspection_query,
    get_nullable_type,
    is_list_type,
    is_specified_scalar_type,
)

from api.graphql.errors import Code
from api.graphql.schema import SCHEMA
from api.graphql.sdl import FILE, sdl
from ontology.compiler import load_model
from tests.api.graphql.world import World

PARTS_OF_ONE_VALUE = {
    "MeshChange.products",
    "MeshChange.domains",
    "MeshChange.facts",
    "AliasLink.rules",
    "ImpactItem.aliases",
    "ImpactItem.route",
    "ImpactReport.counts",
    "LineageEdge.origin",
    "LineageEdge.transformations",
    "LineageNode.aliases",
    "ProductEdge.origin",
    "Query.kinds",
    "Query.nodes",
    "Query.receiptCounts",
    "RouteStep.transformations",
    "RouteStep.origins",
    "ImpactRoute.steps",
    "ImpactItem.routes",
    "ImpactParty.contacts",
    "ImpactFacets.severity",
    "ImpactFacets.kind",
    "SearchEdge.highlights",
    "Highlight.words",
    "Relation.properties",
    "FieldUse.origin",
    "SqlLineage.dialects",
    "SqlTable.candidates",
    "Policy.keptCounts",
    "PolicyCompliance.counts",
    "PolicyComplianceDay.counts",
    "PolicyVerdicts.counts",
}
PARTS_OF_NODES = {"curations", "kinds", "properties"}
"""Lists without ``first``: bounded by what they belong to, by the ontology, by the aspects of curations, or by the
arguments (``ids``)."""


def types() -> list[GraphQLNamedType]:
    """The types that are ours."""
    schema = build_schema(sdl())
    return [
        type_
        for name, type_ in schema.type_map.items()
        if not name.startswith("__")
        and not (isinstance(type_, GraphQLScalarType) and is_specified_scalar_type(type_))
    ]


def described() -> Iterator[tuple[str, str | None]]:
    """Everything that has a description, by its path."""
    for type_ in types():
        yield type_.name, type_.description
        if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
            for name, field in type_.fields.items():
                yield f"{type_.name}.{name}", field.description
                for argument, value in field.args.items():
                    yield f"{type_.name}.{name}({argument})", value.description
        elif isinstance(type_, GraphQLInputObjectType):
            for name, input_ in type_.fields.items():
                yield f"{type_.name}.{name}", input_.description
        elif isinstance(type_, GraphQLEnumType):
            for name, member in type_.values.items():
                yield f"{type_.name}.{name}", member.description


def test_schema__leaves_nothing_undescribed() -> None:
    found = dict(described())

    assert [path for path, text in found.items() if not text or not text.strip()] == []
    assert len(found) > 300


def test_schema__bounds_every_list() -> None:
    unbounded = {
        f"{type_.name}.{name}"
        for type_ in types()
        if isinstance(type_, GraphQLObjectType)
        for name, field in type_.fields.items()
        if is_list_type(get_nullable_type(field.type)) and name != "edges" and "first" not in field.args
        if name not in PARTS_OF_NODES or "Node" not in {one.name for one in type_.interfaces}
    }

    assert unbounded == PARTS_OF_ONE_VALUE


def test_schema__says_of_nodes_what_the_ontology_says() -> None:
    model, schema = load_model(), build_schema(sdl())
    names = {"Schema": "ContractSchema"}
    told = {label: schema.type_map.get(names.get(label, label)) for label in model.labels}
    shown = {
        label: type_.description for label, type_ in told.items() if isinstance(type_, GraphQLObjectType)
    }

    assert len(shown) > 25
    assert shown == {label: model.node(label).definition for label in shown}


def test_exported_schema__is_the_schema() -> None:
    assert FILE.read_text(encoding="utf-8") == sdl(), "run: python -m api.graphql.sdl"


def test_introspection__is_answered(shop: World) -> None:
    found = shop.ask(get_introspection_query(descriptions=True))

    assert {type_["name"] for type_ in found["__schema"]["types"]} >= {
        "Dataset",
        "LineageGraph",
        "ImpactReport",
    }


@pytest.mark.parametrize("code", list(Code))
def test_error_codes__are_documented(code: Code) -> None:
    guide = FILE.parent.parent / "docs" / "graphql.md"

    assert f"`{code}`" in guide.read_text(encoding="utf-8")


def test_schema__has_one_subscription() -> None:
    subscription = SCHEMA._schema.subscription_type

    assert subscription is not None
    assert set(subscription.fields) == {"changes"}
