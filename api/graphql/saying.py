"""What documents and curations say of a node, statement by statement: who, where, what counts, where they differ."""

import strawberry

from api.graphql import words
from api.graphql.asking import Info
from api.graphql.node import Node, shown
from api.graphql.paging import Connection, First, check_first, part
from api.graphql.scalars import Instant
from api.graphql.words import described
from catalog.identity import kind_of
from catalog.instant import instant_of
from catalog.statements import Conflict, Stated, Why, conflicts
from ingest.documents.sayings import SaidAt, StatedAt

words.describe(
    Why,
    "What decides between statements about one property, or about one owner or domain.",
    {
        "ONLY": "There is no other.",
        "AGREED": "All say the same.",
        "CURATED": "People set it in place.",
        "RANK": "Its source stands higher (MESHLINE_PRECEDENCE).",
        "NEWEST": "It is in the newest version.",
        "UNDECIDED": "Nothing: sources of one rank name different ones, and all count.",
    },
)


@strawberry.type(
    description="Where a document says something: the version, the commit that has it, the line."
)
class SayingPlace:
    said: strawberry.Private[SaidAt]

    @described("The hash of the version's entry in the log: `receipt(hash:)` has the whole of it.")
    def hash(self) -> str:
        return self.said.entry.hash

    @described("When the version holds from.")
    def at(self) -> Instant:
        return Instant(instant_of(self.said.entry.order_key))

    @described(
        "The line of the text, from 1; null of RDF, whose text is not kept, of what people curate, and where too much "
        "text would have to be read for it."
    )
    def line(self) -> int | None:
        return None if self.said.place is None else self.said.place.line

    @described("The path in the text, as products[0].owner; null where line is.")
    def path(self) -> str | None:
        return None if self.said.place is None else self.said.place.path

    @described(words.word("Document", "commit"))
    def commit(self) -> str | None:
        return None if self.said.commit is None else self.said.commit.sha

    @described(words.word("Document", "repository"))
    def repository(self) -> str | None:
        return None if self.said.commit is None else self.said.commit.repository

    @described("The path of the file in the repository.")
    def file(self) -> str | None:
        return None if self.said.commit is None else self.said.commit.path

    @described(words.word("Document", "committedBy"))
    def committed_by(self) -> str | None:
        return None if self.said.commit is None else self.said.commit.author

    @described("Who sent it: the name of the key; null where none was needed.")
    def actor(self) -> str | None:
        return self.said.entry.actor


@strawberry.type(description="What one document or curation says of a node: a property, or a relationship.")
class Statement:
    stated: strawberry.Private[Stated]
    place: strawberry.Private[SaidAt | None]
    as_of: strawberry.Private[int | None]

    @described("The name of the property, or the type of the relationship.")
    def name(self) -> str:
        return self.stated.name

    @described("Its values as text; the key of the other node of a relationship.")
    def values(self, first: First = 100) -> list[str]:
        value = self.stated.value
        texts = value if isinstance(value, list) else [_text(value)]
        return texts[: check_first(first)]

    @described("The node at the other end of a relationship; null of a property.")
    async def target(self, info: Info) -> Node | None:
        edge = self.stated.edge
        stored = None if edge is None else await info.context.loaders.node(edge.target)
        return None if stored is None else shown(stored, self.as_of)

    @described("The document or the curation that says it.")
    async def told_by(self, info: Info) -> Node | None:
        stored = await info.context.loaders.node(self.stated.teller)
        return None if stored is None else shown(stored, self.as_of)

    @described("Whether people curated it.")
    def curated(self) -> bool:
        return kind_of(self.stated.teller) == "curation"

    @described("Where it is said, in the last version that says so; null where that is no longer kept.")
    def said_at(self) -> SayingPlace | None:
        return None if self.place is None else SayingPlace(said=self.place)

    @described("Whether it is what the graph has.")
    def counts(self) -> bool:
        return self.stated.counts

    @described("What decided.")
    def why(self) -> Why:
        return self.stated.why


@strawberry.type(
    description="A property, or a relationship of which one is meant to be, of which documents and people say "
    "different things."
)
class StatementConflict:
    conflict: strawberry.Private[Conflict]
    shown: strawberry.Private[list[Statement]]

    @described("The name of the property, or the type of the relationship.")
    def name(self) -> str:
        return self.conflict.name

    @described("What decides between them.")
    def why(self) -> Why:
        return self.conflict.why

    @described("Whether something decides.")
    def decided(self) -> bool:
        return self.conflict.decided

    @described("Who says what, what counts first.")
    def claims(self, first: First = 20) -> list[Statement]:
        return self.shown[: check_first(first)]


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


async def node_statements(
    info: Info, node: Node, first: int, after: str | None, at: int | None
) -> Connection[Statement]:
    """A page of the statements about a node, by name; of one name what counts first."""
    found = list(enumerate(await info.context.loaders.statements(node.key, at)))
    page = part(found, lambda item: (f"{item[0]:06}",), first, after)
    return page.connection([_statement(one, at) for _, one in page.items])


async def node_conflicts(info: Info, node: Node, first: int, at: int | None) -> list[StatementConflict]:
    """Where the statements about a node differ."""
    said = await info.context.loaders.statements(node.key, at)
    shown = {id(one.stated): _statement(one, at) for one in said}
    found = conflicts(node.key, [one.stated for one in said])[: check_first(first)]
    return [
        StatementConflict(conflict=one, shown=[shown[id(claim)] for claim in one.claims]) for one in found
    ]


def _statement(one: StatedAt, at: int | None) -> Statement:
    return Statement(stated=one.stated, place=one.said, as_of=at)
