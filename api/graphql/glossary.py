"""Words of the business and classes of data, and where they are put on things."""

import strawberry

from api.graphql import told, words
from api.graphql.agent import Owned
from api.graphql.asking import Info
from api.graphql.links import IN, OUT, many
from api.graphql.node import AsOf, Node, of_label, shown, shown_as
from api.graphql.origin import Origin
from api.graphql.owner import TagUse, edge_text, tags
from api.graphql.paging import After, Connection, First, part
from api.graphql.propagation import AggregatesStop, DerivedClassifications, class_reach
from api.graphql.words import described
from catalog.graph import Direction, Edge
from ontology.vocabulary import Label, Rel


@of_label(Label.GLOSSARY_TERM)
@strawberry.type(description=words.term("GlossaryTerm"))
class GlossaryTerm(Owned):
    notation = told.text(Label.GLOSSARY_TERM, "notation")
    synonyms = told.texts(Label.GLOSSARY_TERM, "synonyms")
    broader = many("GlossaryTerm", "glossary", OUT, Rel.BROADER, about="The terms that are more general.")
    narrower = many("GlossaryTerm", "glossary", IN, Rel.BROADER, about="The terms that are less general.")
    things = many("Node", "node", IN, Rel.MEANS, Rel.THEME, about="What it says the meaning of, by key.")


@of_label(Label.CLASSIFICATION)
@strawberry.type(description=words.term("Classification"))
class Classification(Node):
    notation = told.text(Label.CLASSIFICATION, "notation")
    level = told.number(Label.CLASSIFICATION, "level")
    synonyms = told.texts(Label.CLASSIFICATION, "synonyms")
    broader = many("Classification", "glossary", OUT, Rel.BROADER, about="The classes that are more general.")
    narrower = many("Classification", "glossary", IN, Rel.BROADER, about="The classes that are less general.")
    things = many("Node", "node", IN, Rel.CLASSIFIED_AS, about="What is said to be of the class, by key.")

    @described("All fields that are of it, as is said and as follows along field lineage; and where it ends.")
    async def reach(
        self, info: Info, as_of: AsOf = None, aggregates_stop: AggregatesStop = False
    ) -> DerivedClassifications:
        return await class_reach(info, self.key, self.moment(as_of), aggregates_stop)


@strawberry.type(description=words.relation(Rel.CLASSIFIED_AS))
class ClassificationUse:
    edge: strawberry.Private[Edge]
    at: strawberry.Private[int | None]

    @described("The class.")
    async def classification(self, info: Info) -> Classification:
        stored = await info.context.loaders.nodes_then([self.edge.target], self.at)
        return shown_as(Classification, stored[0], self.at)

    @described("What is of the class.")
    async def thing(self, info: Info) -> Node:
        return shown((await info.context.loaders.nodes_then([self.edge.source], self.at))[0], self.at)

    @described(words.relation_word(Rel.CLASSIFIED_AS, "source"))
    def source(self) -> str | None:
        return edge_text(self.edge, "source")

    @described(words.relation_word(Rel.CLASSIFIED_AS, "derived"))
    def derived(self) -> bool:
        return dict(self.edge.properties).get("derived") is True

    @described(words.relation_word(Rel.CLASSIFIED_AS, "confidence"))
    def confidence(self) -> str | None:
        return edge_text(self.edge, "confidence")

    @described(words.relation_word(Rel.CLASSIFIED_AS, "origin"))
    def origin(self) -> Origin:
        return Origin(self.edge.origin)


async def classifications(
    info: Info, key: str, first: int, after: str | None, at: int | None
) -> Connection[ClassificationUse]:
    """A page of the classes of a thing, by key."""
    edges = await info.context.loaders.edges(key, Direction.OUT, Rel.CLASSIFIED_AS, at=at)
    page = part(edges, lambda edge: (edge.target, edge.id), first, after)
    return page.connection([ClassificationUse(edge=edge, at=at) for edge in page.items])


@strawberry.interface(description="What can be of a class, have tags, and be about something.")
class Classified(Node):
    terms = many("GlossaryTerm", "glossary", OUT, Rel.THEME, Rel.MEANS, about="What it is about, or means.")

    @described("The classes that it is of, by key.")
    async def classifications(
        self, info: Info, first: First = 20, after: After = None, as_of: AsOf = None
    ) -> Connection[ClassificationUse]:
        return await classifications(info, self.key, first, after, self.moment(as_of))

    @described("Its tags, by key.")
    async def tags(
        self, info: Info, first: First = 50, after: After = None, as_of: AsOf = None
    ) -> Connection[TagUse]:
        return await tags(info, self.key, first, after, self.moment(as_of))
