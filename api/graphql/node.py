"""The interface of everything that has an id, and how a node of the store becomes its type of the schema."""

from collections.abc import Callable
from typing import Annotated, Self, TypeAlias, TypeVar, cast

import strawberry

from api.graphql import words
from api.graphql.asking import Info
from api.graphql.scalars import Instant
from api.graphql.words import described
from catalog.graph import Node as StoredNode

AsOf: TypeAlias = Annotated[
    Instant | None,
    strawberry.argument(
        description="Answer as it was at this instant; left out: as of the node's own, else now."
    ),
]


@strawberry.interface(description=words.term("Resource"))
class Node:
    stored: strawberry.Private[StoredNode]
    at: strawberry.Private[int | None]

    @classmethod
    def make(cls, stored: StoredNode, at: int | None = None) -> Self:
        """The node as of an instant."""
        return cls(stored=stored, at=at)

    @property
    def key(self) -> str:
        return self.stored.key

    def property_text(self, name: str) -> str | None:
        """A text property as it is now."""
        value = self.stored.properties.get(name)
        return value if isinstance(value, str) else None

    def moment(self, as_of: Instant | None) -> int | None:
        """The instant to answer for."""
        return self.at if as_of is None else as_of

    @described("The IRI: the service's base IRI and the key. Arguments take the bare key too.")
    def id(self, info: Info) -> strawberry.ID:
        return strawberry.ID(info.context.iri(self.key))

    @described(words.word("Resource", "key"), name="key")
    def key_(self) -> str:
        return self.key

    @described(words.word("Resource", "name"))
    def name(self) -> str:
        return str(self.stored.properties["name"])


N = TypeVar("N", bound=type[Node])
_TYPES: dict[str, type[Node]] = {}


def of_label(label: str) -> Callable[[N], N]:
    """Registers the type that shows the nodes of a label."""

    def register(type_: N) -> N:
        _TYPES[label] = type_
        return type_

    return register


def shown(stored: StoredNode, at: int | None = None) -> Node | None:
    """A node of the store as its type of the schema; None for a label that the schema does not show."""
    type_ = _TYPES.get(stored.label)
    return None if type_ is None else type_.make(stored, at)


K = TypeVar("K", bound=Node)


def shown_as(kind: type[K], stored: StoredNode, at: int | None = None) -> K:
    """A node of the store whose type is known."""
    return cast(K, shown(stored, at))
