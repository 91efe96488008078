"""Fields of the schema that are properties of a node, each described by the ontology in its own words."""

from collections.abc import Callable
from typing import Any

import strawberry

from api.graphql import words
from api.graphql.node import Node
from api.graphql.paging import First, check_first
from ontology.vocabulary import Label


def _field(label: Label, name: str, resolver: Callable[..., object]) -> Any:
    return strawberry.field(resolver=resolver, description=words.word(label, name))


def text(label: Label, name: str) -> Any:
    """A property of one text."""

    def resolve(self: Node) -> str | None:
        return self.property_text(name)

    return _field(label, name, resolve)


def number(label: Label, name: str) -> Any:
    """A property of one whole number."""

    def resolve(self: Node) -> int | None:
        value = self.stored.properties.get(name)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    return _field(label, name, resolve)


def truth(label: Label, name: str) -> Any:
    """A property that is true or false; null where nobody says."""

    def resolve(self: Node) -> bool | None:
        value = self.stored.properties.get(name)
        return value if isinstance(value, bool) else None

    return _field(label, name, resolve)


def texts(label: Label, name: str) -> Any:
    """A property of several texts, in the order of the text."""

    def resolve(self: Node, first: First = 100) -> list[str]:
        check_first(first)
        value = self.stored.properties.get(name)
        if isinstance(value, list):
            return value[:first]
        return [] if value is None else [str(value)]

    return _field(label, name, resolve)
