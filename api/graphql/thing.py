"""Things of kinds that have no type of their own in the schema; and the kinds that there are."""

import strawberry

from api.graphql.asking import Info
from api.graphql.errors import bad_input
from api.graphql.node import Node, shown
from api.graphql.paging import Connection, check_first, cursor, edges_and_info, key_after
from api.graphql.words import described
from catalog.store.port import NodeFilter
from ontology.compiler import load_model
from ontology.errors import UnknownTerm
from ontology.model import NodeType


@strawberry.type(
    description="A node of a kind that has no type of its own here, those of extensions of the ontology too. What it "
    "is and has is in the interface."
)
class Thing(Node):
    """Named as owl:Thing: of its class nothing is presumed."""


@strawberry.type(description="A kind of node: a class of the ontology.")
class NodeKind:
    of: strawberry.Private[NodeType]

    @described("The label of its nodes, by which other questions name it.")
    def kind(self) -> str:
        return self.of.label

    @described("The IRI of its class.")
    def term(self) -> str:
        return self.of.iri

    @described("What its nodes are.")
    def definition(self) -> str:
        return self.of.definition

    @described("The kind right above it; null for the topmost.")
    def above(self) -> str | None:
        return self.of.super_label

    @described("Whether all its nodes are of a kind below it.")
    def abstract(self) -> bool:
        return self.of.abstract

    @described("How many nodes there are of it and of the kinds below it, with those that are gone.")
    async def count(self, info: Info) -> int:
        return await info.context.loaders.count(self.of.label)


def kinds() -> list[NodeKind]:
    """All kinds, those above before those below, else by label."""
    model = load_model()
    return [NodeKind(of=model.node(path[-1])) for path in sorted(map(model.label_path, model.labels))]


async def resources(info: Info, kind: str, first: int, after: str | None) -> Connection[Node]:
    """A page of the nodes of a kind and of those below it, by key."""
    try:
        where = NodeFilter(load_model().concrete([kind]))
    except UnknownTerm as error:
        raise bad_input(str(error)) from error
    check_first(first)
    behind = key_after(after)
    found = await info.context.ask(lambda reader: reader.page(where, behind, first + 1))

    async def count() -> int:
        return await info.context.loaders.count(kind)

    nodes = [shown(node) for node in found[:first]]
    edges, page_info = edges_and_info(nodes, [cursor(node.key) for node in nodes], len(found) > first, after)
    return Connection(edges=edges, page_info=page_info, total=count)
