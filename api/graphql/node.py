"""The interface of everything that has an id, and how a node of the store becomes its type of the schema."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Self, TypeAlias, TypeVar, cast

import strawberry

from api.graphql import words
from api.graphql.asking import Info
from api.graphql.paging import After, Connection, First
from api.graphql.property import Property, properties
from api.graphql.relation_direction import RelationDirection
from api.graphql.scalars import Instant
from api.graphql.words import described
from catalog.graph import Node as StoredNode
from ontology.compiler import load_model

if TYPE_CHECKING:
    from api.graphql.curation import CuratedValue
    from api.graphql.relation import Describing, Relation
    from api.graphql.saying import Statement, StatementConflict

_Curation = Annotated["CuratedValue", strawberry.lazy("api.graphql.curation")]
_Relation = Annotated["Relation", strawberry.lazy("api.graphql.relation")]
_Describing = Annotated["Describing", strawberry.lazy("api.graphql.relation")]

_Statement = Annotated["Statement", strawberry.lazy("api.graphql.saying")]
_Conflict = Annotated["StatementConflict", strawberry.lazy("api.graphql.saying")]

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

    @described("The kind of node: its label.")
    def kind(self) -> str:
        return self.stored.label

    @described("Its kind and the kinds above, the most general first.")
    def kinds(self) -> list[str]:
        return [*load_model().label_path(self.stored.label)]

    @described("The IRI of its class.")
    def term(self) -> str:
        return load_model().node(self.stored.label).iri

    @described(words.word("Resource", "description"))
    async def description(self, info: Info) -> str | None:
        return self.property_text("description")

    @described(words.word("Resource", "gone"))
    def gone(self) -> bool:
        return self.stored.properties.get("gone") is True

    @described("Its properties as they are now, in the order of the ontology.")
    def properties(self) -> list[Property]:
        return properties(self.stored.properties.items(), load_model().node(self.stored.label).by_name)

    @described(
        "Its relationships, by type, direction and key of the other node. What lies in a namespace and the runs of a "
        "job are not among those that lead to it: datasets, jobs and runs list them."
    )
    async def relations(
        self,
        info: Info,
        types: Annotated[
            list[str] | None,
            strawberry.argument(description="Only relationships of these types; left out: of all."),
        ] = None,
        direction: Annotated[
            RelationDirection,
            strawberry.argument(description="Those that start from it, lead to it, or both."),
        ] = RelationDirection.BOTH,
        first: First = 50,
        after: After = None,
        as_of: AsOf = None,
    ) -> Connection[_Relation]:
        from api.graphql.relation import relations

        return await relations(info, self, types, direction, first, after, self.moment(as_of))

    @described("What people have curated of it, by aspect; what they withdrew has no value.")
    async def curations(self, info: Info, as_of: AsOf = None) -> list[_Curation]:
        from api.graphql.curation import CuratedValue

        found = await info.context.loaders.curated(self.key, self.moment(as_of))
        return [CuratedValue(found=one) for one in found]

    @described("The documents that describe it.")
    async def documents(
        self, info: Info, first: First = 20, after: After = None, as_of: AsOf = None
    ) -> Connection[_Describing]:
        from api.graphql.relation import documents

        return await documents(info, self, first, after, self.moment(as_of))

    @described(
        "What documents and people say of it, statement by statement: properties by name, then relationships by type; "
        "of one property what counts first."
    )
    async def statements(
        self, info: Info, first: First = 50, after: After = None, as_of: AsOf = None
    ) -> Connection[_Statement]:
        from api.graphql.saying import node_statements

        return await node_statements(info, self, first, after, self.moment(as_of))

    @described("Where documents and people say different things of it: who says what, what counts, and why.")
    async def conflicts(self, info: Info, first: First = 20, as_of: AsOf = None) -> list[_Conflict]:
        from api.graphql.saying import node_conflicts

        return await node_conflicts(info, self, first, self.moment(as_of))


N = TypeVar("N", bound=type[Node])
_TYPES: dict[str, type[Node]] = {}


def of_label(label: str) -> Callable[[N], N]:
    """Registers the type that shows the nodes of a label."""

    def register(type_: N) -> N:
        _TYPES[label] = type_
        return type_

    return register


def shown(stored: StoredNode, at: int | None = None) -> Node:
    """A node of the store as its type of the schema: that of its label or of the nearest above (a pipeline is a Job),
    else the one of all things."""
    labels = reversed(load_model().label_path(stored.label))
    type_ = next((_TYPES[label] for label in labels if label in _TYPES), None)
    if type_ is None:
        from api.graphql.thing import Thing

        type_ = Thing
    return type_.make(stored, at)


K = TypeVar("K", bound=Node)


def shown_as(kind: type[K], stored: StoredNode, at: int | None = None) -> K:
    """A node of the store whose type is known."""
    return cast(K, shown(stored, at))
