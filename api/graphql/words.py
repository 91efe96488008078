"""Descriptions of the schema: the ontology's definitions where it has the term."""

from collections.abc import Callable, Mapping
from enum import Enum
from typing import TypeVar

import strawberry
from strawberry.types.enum import StrawberryEnumDefinition

from ontology.compiler import load_model


def term(label: str) -> str:
    """The definition of a kind of node."""
    return load_model().node(label).definition


def word(label: str, name: str) -> str:
    """The definition of a property of a kind of node."""
    return load_model().node(label).property_type(name).definition


def relation(type_: str) -> str:
    """The definition of a relationship."""
    return load_model().relationship(type_).definition


def relation_word(type_: str, name: str) -> str:
    """The definition of a property of a relationship."""
    return load_model().relationship(type_).property_type(name).definition


def describe(enum: type[Enum], description: str, values: Mapping[str, str], name: str | None = None) -> None:
    """Make an enum of ours one of the schema. ``values``: member name → what it means, for every member. ``name``: what
    the schema calls it; None: as we do."""
    strawberry.enum(enum, description=description, name=name)
    definition: StrawberryEnumDefinition = enum.__strawberry_definition__  # type: ignore[attr-defined]
    for value in definition.values:
        value.description = values[value.name]


F = TypeVar("F", bound=Callable[..., object])


def described(description: str, *, name: str | None = None) -> Callable[[F], F]:
    """Makes a method a field of the schema."""
    decorate: Callable[[F], F] = strawberry.field(description=description, name=name)
    return decorate
