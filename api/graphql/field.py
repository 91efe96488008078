"""Fields: the columns of datasets, and what feeds them directly."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

import strawberry

from api.graphql import words
from api.graphql.asking import Info
from api.graphql.node import AsOf, Node, of_label, shown_as
from api.graphql.owner import TagUse, tags
from api.graphql.paging import After, Connection, First, part
from api.graphql.transformation import Kind, Transformation
from api.graphql.words import described
from catalog.aliases import is_job
from catalog.graph import Direction, Edge, Scalar
from catalog.lineage_steps import kind_of
from ontology.vocabulary import Label, Rel

if TYPE_CHECKING:
    from api.graphql.dataset import DatasetName
    from api.graphql.job import Job


@of_label(Label.FIELD)
@strawberry.type(description=words.term("Field"))
class Field(Node):
    shape: strawberry.Private[Mapping[str, Scalar] | None] = None

    async def _property(self, info: Info, name: str) -> Scalar | None:
        """A property as the schema of the instant has it."""
        if self.shape is not None:
            return self.shape.get(name)
        if self.at is None:
            value = self.stored.properties.get(name)
            return None if isinstance(value, list) else value
        edges = await info.context.loaders.edges(self.key, Direction.IN, Rel.HAS_FIELD, at=self.at)
        return dict(edges[0].properties).get(name) if edges else None

    @described(words.word("Field", "dataset"))
    async def dataset(self, info: Info) -> Annotated["DatasetName", strawberry.lazy("api.graphql.dataset")]:
        from api.graphql.dataset import DatasetName

        stored = await info.context.loaders.nodes([str(self.stored.properties["dataset"])])
        return shown_as(DatasetName, stored[0], self.at)

    @described(words.word("Field", "type"))
    async def type(self, info: Info) -> str | None:
        value = await self._property(info, "type")
        return value if isinstance(value, str) else None

    @described(words.word("Field", "ordinal"))
    async def ordinal(self, info: Info) -> int | None:
        value = await self._property(info, "ordinal")
        return value if isinstance(value, int) else None

    @described(words.word("Field", "description"))
    async def description(self, info: Info) -> str | None:
        value = await self._property(info, "description")
        return value if isinstance(value, str) else None

    @described(words.word("Field", "inferred"))
    async def inferred(self, info: Info) -> bool:
        return await self._property(info, "inferred") is True

    @described("Its tags, by key.")
    async def tags(
        self, info: Info, first: First = 50, after: After = None, as_of: AsOf = None
    ) -> Connection[TagUse]:
        return await tags(info, self.key, first, after, self.moment(as_of))

    @described("The fields one step upstream, and how they are used.")
    async def upstream(
        self, info: Info, first: First = 20, after: After = None, as_of: AsOf = None
    ) -> Connection[Annotated["FieldUse", strawberry.lazy("api.graphql.field")]]:
        return await _uses(info, self.key, Direction.IN, first, after, self.moment(as_of))

    @described("The fields one step downstream, and how they use this one.")
    async def downstream(
        self, info: Info, first: First = 20, after: After = None, as_of: AsOf = None
    ) -> Connection[Annotated["FieldUse", strawberry.lazy("api.graphql.field")]]:
        return await _uses(info, self.key, Direction.OUT, first, after, self.moment(as_of))


@strawberry.type(description="One use of a field: the field at the other end, by which job, and how.")
class FieldUse:
    far: strawberry.Private[str]
    edge: strawberry.Private[Edge]
    at: strawberry.Private[int | None]

    @described("The field at the other end.")
    async def field(self, info: Info) -> Field:
        return shown_as(Field, (await info.context.loaders.nodes([self.far]))[0], self.at)

    @described("The job that told it; null where a dataset event declares it.")
    async def job(self, info: Info) -> Annotated["Job", strawberry.lazy("api.graphql.job")] | None:
        from api.graphql.job import Job

        node = await info.context.loaders.node(self.edge.via)
        return shown_as(Job, node, self.at) if node is not None and is_job(node.key) else None

    @described("Whether values flow, or decide about rows or groups.")
    def kind(self) -> Kind:
        return kind_of(self.edge)

    @described("What becomes of the value on its way.")
    def transformation(self) -> Transformation:
        return Transformation.of_edge(self.edge)


async def _uses(
    info: Info, key: str, direction: Direction, first: int, after: str | None, at: int | None
) -> Connection[FieldUse]:
    found: dict[tuple[str, str], FieldUse] = {}
    for column in await info.context.loaders.columns(key, direction, at):
        for far in (column.source,) if direction is Direction.IN else column.targets:
            found[far, column.edge.id] = FieldUse(far=far, edge=column.edge, at=at)
    page = part(found.items(), lambda item: item[0], first, after)
    return page.connection([use for _, use in page.items])
