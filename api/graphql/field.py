"""Fields: the columns of datasets, and what feeds them directly."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Annotated

import strawberry

from api.graphql import words
from api.graphql.asking import Info
from api.graphql.glossary import Classified
from api.graphql.node import AsOf, of_label, shown_as
from api.graphql.origin import Origin
from api.graphql.paging import After, Connection, First, part
from api.graphql.propagation import AggregatesStop, DerivedClassifications, field_classes
from api.graphql.transformation import Kind, Transformation
from api.graphql.words import described
from catalog.aliases import is_job
from catalog.governance.criticality import Criticality
from catalog.governance.retention import Kept
from catalog.graph import Direction, Edge, Scalar
from catalog.lineage_steps import kind_of
from ontology.vocabulary import Label, Rel

if TYPE_CHECKING:
    from api.graphql.dataset import DatasetName
    from api.graphql.job import Job
    from api.graphql.signoff import Deprecation
    from api.graphql.upkeep import DerivedCriticality, DerivedRetention


@of_label(Label.FIELD)
@strawberry.type(description=words.term("Field"))
class Field(Classified):
    shape: strawberry.Private[Mapping[str, Scalar] | None] = None

    async def _property(self, info: Info, name: str) -> Scalar | None:
        """A property as the schema of the instant has it."""
        if self.shape is not None:
            return self.shape.get(name)
        if self.at is None:
            value = self.stored.properties.get(name)
            return None if isinstance(value, list) else value
        edges = await info.context.loaders.edges(self.key, Direction.IN, Rel.HAS_FIELD, at=self.at)
        return dict(best_told(edges)[self.key].properties).get(name) if edges else None

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

    @described("The classes that it is of, as they are said and as they follow along field lineage.")
    async def derived_classifications(
        self, info: Info, as_of: AsOf = None, aggregates_stop: AggregatesStop = False
    ) -> DerivedClassifications:
        return await field_classes(info, self.key, self.moment(as_of), aggregates_stop)

    @described(
        "For how long it is kept: as is stated for its dataset, and the shortest of what it comes from."
    )
    async def derived_retention(
        self, info: Info, as_of: AsOf = None
    ) -> Annotated["DerivedRetention", strawberry.lazy("api.graphql.upkeep")]:
        from api.graphql.upkeep import DerivedRetention

        at = self.moment(as_of)
        found = await info.context.meshes.retention(self.key, at)
        return DerivedRetention(kept=found or Kept(self.key), at=at)

    @described("Whether it is critical, because critical data elements of contracts are made of it.")
    async def derived_criticality(
        self, info: Info, as_of: AsOf = None
    ) -> Annotated["DerivedCriticality", strawberry.lazy("api.graphql.upkeep")]:
        from api.graphql.upkeep import DerivedCriticality

        at = self.moment(as_of)
        found = await info.context.meshes.criticality(self.key, at)
        return DerivedCriticality(found=found or Criticality(self.key), at=at)

    @described("That it will go away, as people say; null where they do not.")
    async def deprecation(
        self, info: Info, as_of: AsOf = None
    ) -> Annotated["Deprecation", strawberry.lazy("api.graphql.signoff")] | None:
        from api.graphql.signoff import deprecation_of

        return await deprecation_of(info, self.key, self.moment(as_of))

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


def best_told(edges: Iterable[Edge]) -> dict[str, Edge]:
    """Of several edges that lead to a field at one time the one that says most, by field: that of a schema that was
    sent, else one inferred from SQL, else one that says only that it is."""
    found: dict[str, Edge] = {}
    for edge in edges:
        found[edge.target] = min(found.get(edge.target, edge), edge, key=_inference)
    return found


def _inference(edge: Edge) -> tuple[bool, bool, str]:
    said = dict(edge.properties)
    return said.get("inferred") is True, "ordinal" not in said, edge.id


@strawberry.type(description="One use of a field: the field at the other end, by which job, and how.")
class FieldUse:
    far: strawberry.Private[str]
    edge: strawberry.Private[Edge]
    at: strawberry.Private[int | None]
    told_by: strawberry.Private[list[str]]

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

    @described("How it is known.")
    def origin(self) -> list[Origin]:
        return [Origin(origin) for origin in self.told_by]

    @described("What becomes of the value on its way.")
    def transformation(self) -> Transformation:
        return Transformation.of_edge(self.edge)


async def _uses(
    info: Info, key: str, direction: Direction, first: int, after: str | None, at: int | None
) -> Connection[FieldUse]:
    told: dict[tuple[str, str, str], list[Edge]] = {}
    for column in await info.context.loaders.columns(key, direction, at):
        for far in (column.source,) if direction is Direction.IN else column.targets:
            told.setdefault((far, column.edge.via, column.edge.type), []).append(column.edge)
    found = {
        (far, edge.id): FieldUse(far=far, edge=edge, at=at, told_by=origins)
        for (far, _, _), edges in told.items()
        for edge, origins in _once(edges)
    }
    page = part(found.items(), lambda item: item[0], first, after)
    return page.connection([use for _, use in page.items])


def _once(edges: list[Edge]) -> Iterator[tuple[Edge, list[str]]]:
    """The distinct uses that edges of one job between two fields tell, each with its origins. An edge that says no more
    than that there is one adds its origin to those that say how."""
    by_use: dict[tuple[tuple[str, Scalar], ...], list[Edge]] = {}
    for edge in edges:
        by_use.setdefault(edge.properties, []).append(edge)
    bare = by_use.pop((), []) if len(by_use) > 1 else []
    for same in by_use.values():
        yield min(same, key=lambda edge: edge.id), sorted({edge.origin for edge in (*same, *bare)})
