"""Datasets and the names that stand for them."""

from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from api.graphql import dataset_details as details
from api.graphql import words
from api.graphql.agent import Owned
from api.graphql.alias import AliasConflict, AliasLink
from api.graphql.asking import Info
from api.graphql.curation import curated_description
from api.graphql.facet import Evidence, Facet, FacetKey, fact_facets
from api.graphql.field import Field, best_told
from api.graphql.glossary import Classified
from api.graphql.links import OUT, by_key, kinds_of, many
from api.graphql.member import ProductMember, member_page
from api.graphql.node import AsOf, Node, of_label, shown_as
from api.graphql.paging import After, Connection, First, check_first, part
from api.graphql.propagation import AggregatesStop, DerivedClassifications, dataset_classes
from api.graphql.quality import DatasetQuality
from api.graphql.scalars import Instant, instant
from api.graphql.words import described
from catalog import state
from catalog.graph import Direction, Edge
from catalog.identity import kind_of
from catalog.instant import instant_of
from catalog.lifecycle import LIFECYCLE, OVER
from catalog.state import Fact
from catalog.statement import FieldSpec
from ontology.vocabulary import Label, Rel

if TYPE_CHECKING:
    from api.graphql.contract_schema import ContractSchema
    from api.graphql.job import Job
    from api.graphql.port import Port
    from api.graphql.signoff import Deprecation


@strawberry.interface(
    description="A name of a dataset: a dataset, an alias of one, or an unresolved reference."
)
class DatasetName(Node):
    @described(words.word("Dataset", "namespace"))
    def namespace(self) -> str:
        return str(self.stored.properties["namespace"])

    @described(
        "The dataset that the name stands for: among all its names the one that events used last. "
        "Null for a name that no event has used as a dataset."
    )
    async def resolved(
        self, info: Info, as_of: AsOf = None
    ) -> Annotated["Dataset", strawberry.lazy("api.graphql.dataset")] | None:
        at = self.moment(as_of)
        return await resolved_dataset(info, self.key, at)

    @described("That it will go away, as people say; null where they do not.")
    async def deprecation(
        self, info: Info, as_of: AsOf = None
    ) -> Annotated["Deprecation", strawberry.lazy("api.graphql.signoff")] | None:
        from api.graphql.signoff import deprecation_of

        return await deprecation_of(info, self.key, self.moment(as_of))

    @described("The links at its names, with why each is there; those that do not count too.")
    async def alias_links(
        self, info: Info, first: First = 50, after: After = None, as_of: AsOf = None
    ) -> Connection[AliasLink]:
        report = await info.context.loaders.alias_report(self.key, self.moment(as_of))
        page = part(report.links, lambda link: (link.edge.source, link.edge.id), first, after)
        return page.connection([AliasLink(told=link) for link in page.items])

    @described("What is kept apart from it though links would join it: a class too large, or other fields.")
    async def alias_conflicts(self, info: Info, first: First = 10, as_of: AsOf = None) -> list[AliasConflict]:
        report = await info.context.loaders.alias_report(self.key, self.moment(as_of))
        return [AliasConflict(conflict=one) for one in report.conflicts[: check_first(first)]]


async def resolved_dataset(info: Info, key: str, at: int | None) -> "Dataset | None":
    """The dataset that a name stands for at an instant."""
    loaders = info.context.loaders
    for node in await loaders.nodes(await loaders.names(key, at)):
        if node.label == Label.DATASET:
            return shown_as(Dataset, node, at)
    return None


@strawberry.type(description="A field as one schema of the dataset had it.")
class SchemaField:
    path: str = strawberry.field(description=words.word("Field", "name"))
    type: str | None = strawberry.field(description=words.word("Field", "type"))
    ordinal: int | None = strawberry.field(description=words.word("Field", "ordinal"))
    description: str | None = strawberry.field(description=words.word("Field", "description"))

    @classmethod
    def of(cls, spec: FieldSpec) -> "SchemaField":
        """A field of a schema facet."""
        return cls(path=spec.path, type=spec.type, ordinal=spec.ordinal, description=spec.description)


@strawberry.type(description="A schema that a dataset had for a while.")
class SchemaVersion:
    fact: strawberry.Private[Fact]

    @described("The event time from which on this schema was sent.")
    def since(self) -> Instant:
        return Instant(self.fact.since)

    @described("The event time at which another schema replaced it; null while it holds.")
    def until(self) -> Instant | None:
        return instant(self.fact.until)

    @described("The event time at which this schema was last sent.")
    def last_seen(self) -> Instant:
        return Instant(instant_of(self.fact.last))

    @described("The log entries that sent it.")
    def evidence(self) -> Evidence:
        return Evidence.of(self.fact.first, self.fact.last)

    @described("Whether the producer took the schema back instead of sending another.")
    def deleted(self) -> bool:
        return self.fact.text is None

    @described("The fields of the schema, in its order.")
    def fields(self, first: First = 100, after: After = None) -> Connection[SchemaField]:
        page = part(state.fields(self.fact), _spec_position, first, after)
        return page.connection([SchemaField.of(spec) for spec in page.items])


LAST_ORDINAL = 2**31


def _spec_position(spec: FieldSpec) -> tuple[int, str]:
    return (LAST_ORDINAL if spec.ordinal is None else spec.ordinal, spec.path)


def field_position(edge: Edge) -> tuple[int, str]:
    """Where a field stands in its schema: those without a place come last."""
    ordinal = dict(edge.properties).get("ordinal")
    return (ordinal if isinstance(ordinal, int) else LAST_ORDINAL, edge.target)


@of_label(Label.DATASET)
@strawberry.type(description=words.term("Dataset"))
class Dataset(DatasetName, Owned, Classified):
    @described("What is known of its quality at the instant: results of checks, and figures.")
    async def quality(self, info: Info, as_of: AsOf = None) -> DatasetQuality:
        return DatasetQuality(facts=await info.context.loaders.facts(self.key, self.moment(as_of)))

    @described(words.word("Dataset", "description"))
    async def description(self, info: Info, as_of: AsOf = None) -> str | None:
        at = self.moment(as_of)
        if at is None:
            return self.property_text("description")
        if (said := await curated_description(info, self.key, at)) is not None:
            return said
        return state.scalar(await info.context.loaders.facts(self.key, at), "description")

    @described(
        "The classes that it and its fields are of, as they are said and as they follow along field lineage."
    )
    async def derived_classifications(
        self, info: Info, as_of: AsOf = None, aggregates_stop: AggregatesStop = False
    ) -> DerivedClassifications:
        return await dataset_classes(info, self.key, self.moment(as_of), aggregates_stop)

    @described(words.word("Dataset", "lifecycleState"))
    async def lifecycle_state(self, info: Info, as_of: AsOf = None) -> str | None:
        return state.scalar(await info.context.loaders.facts(self.key, self.moment(as_of)), LIFECYCLE)

    @described(words.word("Dataset", "droppedAt"))
    async def dropped_at(self, info: Info, as_of: AsOf = None) -> Instant | None:
        facts = await info.context.loaders.facts(self.key, self.moment(as_of))
        return Instant(facts[LIFECYCLE].since) if state.scalar(facts, LIFECYCLE) in OVER else None

    @described("The names under which it goes on: mostly none, and one after a rename.")
    async def renamed_to(
        self, info: Info, first: First = 50, after: After = None, as_of: AsOf = None
    ) -> Connection[DatasetName]:
        at = self.moment(as_of)
        edges = await info.context.loaders.edges(self.key, Direction.OUT, Rel.RENAMED_TO, at=at)
        return await dataset_names(info, sorted({edge.target for edge in edges}), first, after, at)

    @described("The name that it had before it was renamed.")
    async def renamed_from(
        self, info: Info, first: First = 50, after: After = None, as_of: AsOf = None
    ) -> Connection[DatasetName]:
        at = self.moment(as_of)
        edges = await info.context.loaders.edges(self.key, Direction.IN, Rel.RENAMED_TO, at=at)
        return await dataset_names(info, sorted({edge.source for edge in edges}), first, after, at)

    @described("The event time at which an event last named it, at or before the instant.")
    async def last_seen(self, info: Info, as_of: AsOf = None) -> Instant | None:
        last = await info.context.loaders.sight(self.key, self.moment(as_of))
        return None if last is None else Instant(instant_of(last))

    @described("Its fields: those of its schema in their order, then those that lineage alone names.")
    async def fields(
        self, info: Info, first: First = 100, after: After = None, as_of: AsOf = None
    ) -> Connection[Field]:
        at = self.moment(as_of)
        edges = await info.context.loaders.edges(self.key, Direction.OUT, Rel.HAS_FIELD, at=at)
        page = part(best_told(edges).values(), field_position, first, after)
        stored = await info.context.loaders.nodes([edge.target for edge in page.items])
        by_key = {node.key: node for node in stored}
        return page.connection(
            [Field(stored=by_key[edge.target], at=at, shape=dict(edge.properties)) for edge in page.items]
        )

    @described("Its facets, by key.")
    async def facets(
        self, info: Info, key: FacetKey = None, first: First = 100, after: After = None, as_of: AsOf = None
    ) -> Connection[Facet]:
        return fact_facets(await info.context.loaders.facts(self.key, self.moment(as_of)), key, first, after)

    @described(words.word("Dataset", "datasetType"))
    async def dataset_type(self, info: Info, as_of: AsOf = None) -> str | None:
        return state.scalar(await info.context.loaders.facts(self.key, self.moment(as_of)), "datasetType")

    @described(words.word("Dataset", "subType"))
    async def sub_type(self, info: Info, as_of: AsOf = None) -> str | None:
        return state.scalar(await info.context.loaders.facts(self.key, self.moment(as_of)), "subType")

    @described(words.word("Dataset", "datasetVersion"))
    async def dataset_version(self, info: Info, as_of: AsOf = None) -> str | None:
        return state.scalar(await info.context.loaders.facts(self.key, self.moment(as_of)), "datasetVersion")

    @described(words.word("Dataset", "hierarchy"))
    async def hierarchy(
        self, info: Info, first: First = 20, as_of: AsOf = None
    ) -> list[details.HierarchyLevel]:
        check_first(first)
        return details.hierarchy(await info.context.loaders.facts(self.key, self.moment(as_of)))[:first]

    @described("The source that holds it; null where no facet says.")
    async def data_source(self, info: Info, as_of: AsOf = None) -> details.DataSource | None:
        return details.data_source(await info.context.loaders.facts(self.key, self.moment(as_of)))

    @described("How its files are kept; null where no facet says.")
    async def storage(self, info: Info, as_of: AsOf = None) -> details.Storage | None:
        return details.storage(await info.context.loaders.facts(self.key, self.moment(as_of)))

    @described("The catalog that lists it; null where no facet says.")
    async def catalog(self, info: Info, as_of: AsOf = None) -> details.Catalog | None:
        return details.catalog(await info.context.loaders.facts(self.key, self.moment(as_of)))

    @described("Its other names, joined by links that count. No name is rewritten.")
    async def aliases(
        self, info: Info, first: First = 50, after: After = None, as_of: AsOf = None
    ) -> Connection[DatasetName]:
        at = self.moment(as_of)
        names = await info.context.loaders.names(self.key, at)
        page = part([name for name in names if name != self.key], lambda name: (name,), first, after)
        stored = await info.context.loaders.nodes(page.items)
        return page.connection([shown_as(DatasetName, node, at) for node in stored])

    @described("Ports of products that give access to it, as documents and people say or rules tell.")
    async def ports(
        self, info: Info, first: First = 50, after: After = None, as_of: AsOf = None
    ) -> Connection[Annotated["Port", strawberry.lazy("api.graphql.port")]]:
        return await _bound(info, self, Label.PORT, first, after, self.moment(as_of))

    @described(
        "Tables and other objects of contracts and projects that it is, as documents say or rules tell."
    )
    async def schemas(
        self, info: Info, first: First = 50, after: After = None, as_of: AsOf = None
    ) -> Connection[Annotated["ContractSchema", strawberry.lazy("api.graphql.contract_schema")]]:
        return await _bound(info, self, Label.SCHEMA, first, after, self.moment(as_of))

    @described("The products that it belongs to: mostly one, or none.")
    async def products(
        self, info: Info, first: First = 20, after: After = None, as_of: AsOf = None
    ) -> Connection[ProductMember]:
        at = self.moment(as_of)
        return member_page(await info.context.meshes.owning(self.key, at), first, after, at)

    contracts = many(
        "Contract", "contract", OUT, Rel.GOVERNED_BY, about="Contracts that promise something of it."
    )

    @described("The jobs that read it, under any of its names.")
    async def readers(
        self, info: Info, first: First = 50, after: After = None, as_of: AsOf = None
    ) -> Connection[Annotated["Job", strawberry.lazy("api.graphql.job")]]:
        return await _jobs(info, self.key, Rel.CONSUMED_BY, first, after, self.moment(as_of))

    @described("The jobs that write it, under any of its names.")
    async def writers(
        self, info: Info, first: First = 50, after: After = None, as_of: AsOf = None
    ) -> Connection[Annotated["Job", strawberry.lazy("api.graphql.job")]]:
        return await _jobs(info, self.key, Rel.PRODUCES, first, after, self.moment(as_of))

    @described("The schemas that it has had, oldest first.")
    async def schema_history(
        self, info: Info, first: First = 20, after: After = None
    ) -> Connection[SchemaVersion]:
        page = part(await info.context.loaders.schemas(self.key), lambda fact: (fact.first,), first, after)
        return page.connection([SchemaVersion(fact=fact) for fact in page.items])


async def _bound(
    info: Info, dataset: Dataset, label: Label, first: int, after: str | None, at: int | None
) -> "Connection[Any]":
    kinds = kinds_of((label,))
    things = await info.context.meshes.things(dataset.key, at)
    return await by_key(info, Node, [key for key in things if kind_of(key) in kinds], first, after, at)


async def _jobs(
    info: Info, key: str, rel: Rel, first: int, after: str | None, at: int | None
) -> "Connection[Job]":
    from api.graphql.job import Job

    page = part(await info.context.loaders.jobs(key, rel, at), lambda job: (job,), first, after)
    stored = await info.context.loaders.nodes(page.items)
    return page.connection([shown_as(Job, node, at) for node in stored])


async def dataset_names(
    info: Info, keys: list[str], first: int, after: str | None, at: int | None
) -> Connection[DatasetName]:
    """A page of datasets and references by key."""
    page = part(keys, lambda key: (key,), first, after)
    stored = await info.context.loaders.nodes(page.items)
    return page.connection([shown_as(DatasetName, node, at) for node in stored])


@of_label(Label.ALIAS)
@strawberry.type(description=words.term("Alias"))
class Alias(DatasetName):
    """A name that only links give; all it tells is in the interface."""


@of_label(Label.DATASET_REFERENCE)
@strawberry.type(description=words.term("DatasetReference"))
class DatasetReference(DatasetName):
    """A name from column lineage; all it tells is in the interface."""
