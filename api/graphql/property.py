"""Properties by name: what the ontology says of one, and its values on a node or on a relationship."""

from collections.abc import Iterable, Mapping
from typing import TypeAlias

import strawberry

from api.graphql.paging import First, check_first
from api.graphql.words import described
from catalog.graph import Property as Value
from ontology.model import Datatype, PropertyType

Said: TypeAlias = Iterable[tuple[str, Value]]


@strawberry.type(description="A property that a node or a relationship has, in the words of the ontology.")
class Property:
    name: str = strawberry.field(description="The name of the property.")
    term: str | None = strawberry.field(
        description="The IRI of its term; null where the ontology has the term no more."
    )
    definition: str | None = strawberry.field(description="What it means.")
    datatype: str = strawberry.field(
        description="What its values are: string, integer, decimal, boolean, dateTime, anyURI (an IRI) or key (a node)."
    )
    texts: strawberry.Private[list[str]]

    @described("Its values as text; in the order of the text where there are several.")
    def values(self, first: First = 100) -> list[str]:
        return self.texts[: check_first(first)]

    @described("How many values it has.")
    def value_count(self) -> int:
        return len(self.texts)


def properties(said: Said, known: Mapping[str, PropertyType]) -> list[Property]:
    """What is said, in the order of the ontology; what serves the store alone is left out."""
    found = dict(said)
    inside = {name for name, type_ in known.items() if type_.internal}
    names = [name for name in known if name in found] + sorted(found.keys() - known.keys())
    return [_property(name, known.get(name), found[name]) for name in names if name not in inside]


def _property(name: str, type_: PropertyType | None, value: Value) -> Property:
    texts = [*map(_text, value)] if isinstance(value, list) else [_text(value)]
    if type_ is None:
        return Property(name=name, term=None, definition=None, datatype=Datatype.STRING, texts=texts)
    return Property(
        name=name, term=type_.iri, definition=type_.definition, datatype=type_.datatype, texts=texts
    )


def _text(value: str | int | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
