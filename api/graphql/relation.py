"""Relationships by type, of a node of any kind, and the documents that describe it."""

from collections.abc import Collection, Sequence

import strawberry

from api.graphql import words
from api.graphql.asking import Info
from api.graphql.errors import bad_input
from api.graphql.node import Node, shown
from api.graphql.origin import Origin
from api.graphql.paging import Connection, part
from api.graphql.property import Property, properties
from api.graphql.relation_direction import RelationDirection
from api.graphql.saying import SayingPlace
from api.graphql.scalars import Instant, instant
from api.graphql.words import described
from catalog import graph
from ontology.compiler import load_model
from ontology.errors import UnknownTerm
from ontology.vocabulary import Label, Rel

MANY = {Rel.IN_NAMESPACE: Label.NAMESPACE, Rel.OF_JOB: Label.JOB}
"""Relationships that lead to a node of the label from more nodes than one list should hold: they have lists of their
own, in pages that the store makes."""


@strawberry.type(description="A relationship of a node, in one stretch of validity, told by one history.")
class Relation:
    edge: strawberry.Private[graph.Edge]
    far: strawberry.Private[str]
    direction: RelationDirection = strawberry.field(
        description="OUT where it starts from the node that was asked, IN where it leads to it."
    )
    at: strawberry.Private[int | None]

    @described("Its type.")
    def type(self) -> str:
        return self.edge.type

    @described("The IRI of its term.")
    def term(self) -> str:
        return load_model().relationship(self.edge.type).iri

    @described("What it means, in the direction in which it is stored.")
    def definition(self) -> str:
        return load_model().relationship(self.edge.type).definition

    @described("The node at the other end.")
    async def node(self, info: Info) -> Node:
        return shown((await info.context.loaders.nodes([self.far]))[0], self.at)

    @described("Its properties.")
    def properties(self) -> list[Property]:
        return properties(self.edge.properties, load_model().relationship(self.edge.type).by_name)

    @described(words.relation_word(Rel.IN_DOMAIN, "origin"))
    def origin(self) -> Origin:
        return Origin(self.edge.origin)

    @described("The node whose history gives it: a job, a dataset, a run, a field or a document.")
    async def via(self, info: Info) -> Node | None:
        stored = await info.context.loaders.node(self.edge.via)
        return None if stored is None else shown(stored, self.at)

    @described("The first instant at which it holds; null: since ever.")
    def valid_from(self) -> Instant | None:
        return instant(self.edge.valid_from)

    @described("The first instant at which it no longer holds; null while it holds.")
    def valid_to(self) -> Instant | None:
        return instant(self.edge.valid_to)


async def relations(
    info: Info,
    node: Node,
    types: Sequence[str] | None,
    direction: RelationDirection,
    first: int,
    after: str | None,
    at: int | None,
) -> Connection[Relation]:
    """A page of the relationships of a node."""
    wanted = _known(types)
    found: list[Relation] = []
    if direction is not RelationDirection.IN:
        edges = await info.context.loaders.edges(node.key, graph.Direction.OUT, *wanted, at=at)
        found += [Relation(edge=e, far=e.target, direction=RelationDirection.OUT, at=at) for e in edges]
    if direction is not RelationDirection.OUT:
        if types is not None:
            _refuse_many(node.stored.label, wanted)
        fewer = [type_ for type_ in wanted if type_ not in MANY]
        edges = await info.context.loaders.edges(node.key, graph.Direction.IN, *fewer, at=at)
        entering = [edge for edge in edges if direction is RelationDirection.IN or edge.source != node.key]
        found += [Relation(edge=e, far=e.source, direction=RelationDirection.IN, at=at) for e in entering]
    page = part(found, _position, first, after)
    return page.connection(page.items)


def _position(one: Relation) -> tuple[str, str, str, str]:
    return one.edge.type, one.direction.name, one.far, one.edge.id


def _known(types: Sequence[str] | None) -> list[str]:
    model = load_model()
    if types is None:
        return [*model.relationship_types]
    try:
        return sorted({model.relationship(type_).type for type_ in types})
    except UnknownTerm as error:
        raise bad_input(str(error)) from error


def _refuse_many(label: str, types: Collection[str]) -> None:
    for type_, holder in MANY.items():
        if type_ in types and holder == label:
            raise bad_input(
                f"The {type_} that lead to a {label} have lists of their own: datasets, jobs and runs. "
                "Ask for direction OUT."
            )


@strawberry.type(description="A document that describes a node, and since when.")
class Describing:
    edge: strawberry.Private[graph.Edge]
    at: strawberry.Private[int | None]

    @described("The document.")
    async def document(self, info: Info) -> Node:
        return shown((await info.context.loaders.nodes([self.edge.source]))[0], self.at)

    @described(words.word("Document", "source"))
    async def source(self, info: Info) -> str:
        (stored,) = await info.context.loaders.nodes([self.edge.source])
        return str(stored.properties["source"])

    @described(
        "Where in its text, by the last version that says something of it; null where that is no longer kept."
    )
    async def said_at(self, info: Info) -> SayingPlace | None:
        said = (await info.context.loaders.described_at(self.edge.target, self.at)).get(self.edge.source)
        return None if said is None else SayingPlace(said=said)

    @described("From when on the document describes it.")
    def since(self) -> Instant | None:
        return instant(self.edge.valid_from)

    @described("When the document ceased to; null while it does.")
    def until(self) -> Instant | None:
        return instant(self.edge.valid_to)


async def documents(
    info: Info, node: Node, first: int, after: str | None, at: int | None
) -> Connection[Describing]:
    """A page of the documents that describe a node, by key."""
    edges = await info.context.loaders.edges(node.key, graph.Direction.IN, Rel.DESCRIBES, at=at)
    page = part(edges, lambda edge: (edge.source, edge.id), first, after)
    return page.connection([Describing(edge=edge, at=at) for edge in page.items])
