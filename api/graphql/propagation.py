"""Classes of data as they follow along field lineage: what something is of, why, and what comes near it and ends."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, TypeAlias

import strawberry

from api.graphql import words
from api.graphql.asking import Info
from api.graphql.coverage import Coverage
from api.graphql.curation import CuratedValue
from api.graphql.node import Node, shown, shown_as
from api.graphql.origin import Origin
from api.graphql.paging import After, Connection, First, check_first, part
from api.graphql.transformation import Kind, Transformation
from api.graphql.words import described
from catalog.aliases import is_job
from catalog.coverage import Reason, coverage
from catalog.curated import Curated
from catalog.governance.barriers import Barriers, Passing
from catalog.governance.holders import DatasetStanding
from catalog.governance.propagation import Derived, Standing
from catalog.governance.reasons import why_derived, why_said
from catalog.governance.sayings import Saying
from catalog.governance.spread import Hop
from catalog.identity import kind_of
from catalog.lineage_steps import kind_of as use_of

if TYPE_CHECKING:
    from api.graphql.field import Field
    from api.graphql.glossary import Classification
    from api.graphql.job import Job

AggregatesStop: TypeAlias = Annotated[
    bool,
    strawberry.argument(
        description="Whether an AGGREGATION ends a class: only for those who know that no aggregate shows one value."
    ),
]
words.describe(
    Passing,
    "What becomes of a class of one field at a step to another.",
    {
        "CARRIED": "The other is of it too.",
        "INFORMED": "The one only decides about rows or groups of the other: it is not of it.",
        "MASKED": "It is masked: it ends there.",
        "AGGREGATED": "It is aggregated, which is declared to end it.",
        "OVERRULED": "It ends there, as a person says what the other is.",
    },
)


@dataclass(frozen=True, slots=True)
class Class:
    """One class (``value``) of a field, or of a whole (None). ``derived``: how it comes there; None: it is said."""

    field: str | None
    value: str
    saying: Saying
    derived: Derived | None = None

    @property
    def position(self) -> tuple[str, str, str]:
        """By class, then by field."""
        return self.value, self.field or "", "" if self.derived is None else self.derived.passing


@strawberry.type(description="One step of a class from field to field.")
class ClassStep:
    hop: strawberry.Private[Hop]
    at: strawberry.Private[int | None]

    @described("The field that it comes from.")
    async def source(self, info: Info) -> Annotated["Field", strawberry.lazy("api.graphql.field")] | None:
        return await _field(info, self.hop.giver, self.at)

    @described("The field that it comes to.")
    async def target(self, info: Info) -> Annotated["Field", strawberry.lazy("api.graphql.field")] | None:
        return await _field(info, self.hop.taker, self.at)

    @described("The job that makes the one of the other; null where no job tells it.")
    async def job(self, info: Info) -> Annotated["Job", strawberry.lazy("api.graphql.job")] | None:
        from api.graphql.job import Job

        via = self.hop.edge.via
        node = await info.context.loaders.node(via) if is_job(via) else None
        return None if node is None else shown_as(Job, node, self.at)

    @described("What tells it: a job, a dataset or a document.")
    async def told_by(self, info: Info) -> Node | None:
        node = await info.context.loaders.node(self.hop.edge.via)
        return None if node is None else shown(node, self.at)

    @described("Whether values flow, or decide about rows or groups.")
    def kind(self) -> Kind:
        return use_of(self.hop.edge)

    @described("What becomes of the value on its way.")
    def transformation(self) -> Transformation:
        return Transformation.of_edge(self.hop.edge)

    @described("What becomes of the class.")
    def passing(self) -> Passing:
        return self.hop.passing

    @described("How the step is known.")
    def origin(self) -> Origin:
        return Origin(self.hop.edge.origin)


@strawberry.type(description="A class of a field, or of a dataset or product as a whole, and why.")
class DerivedClassification:
    one: strawberry.Private[Class]
    at: strawberry.Private[int | None]

    @described("The class.")
    async def classification(
        self, info: Info
    ) -> Annotated["Classification", strawberry.lazy("api.graphql.glossary")] | None:
        from api.graphql.glossary import Classification

        stored = await info.context.loaders.nodes_then([self.one.value], self.at)
        return shown_as(Classification, stored[0], self.at) if stored else None

    @described("The key of the class.")
    def value(self) -> str:
        return self.one.value

    @described("Its level of sensitivity; null where it has none.")
    async def level(self, info: Info) -> int | None:
        return (await _levels(info, [self.one.value], self.at)).get(self.one.value)

    @described("The field; null where it is said of a dataset or product as a whole.")
    async def field(self, info: Info) -> Annotated["Field", strawberry.lazy("api.graphql.field")] | None:
        return None if self.one.field is None else await _field(info, self.one.field, self.at)

    @described(
        "Whether it follows from lineage, and nobody says it of the thing itself, its dataset or contract."
    )
    def derived(self) -> bool:
        return self.one.derived is not None

    @described("Whether it is carried to the field, or else what ends it; null where it is said.")
    def passing(self) -> Passing | None:
        return None if self.one.derived is None else self.one.derived.passing

    @described("Why, in a sentence.")
    def reason(self) -> str:
        return why_said(self.one.saying) if self.one.derived is None else why_derived(self.one.derived)

    @described(
        "What it is said of: the field itself, or where the route begins: a field, dataset, schema or product."
    )
    async def said_of(self, info: Info) -> Node | None:
        node = await info.context.loaders.node(self.one.saying.holder)
        return None if node is None else shown(node, self.at)

    @described("What says it: a document or curation.")
    async def said_by(self, info: Info) -> Node | None:
        node = await info.context.loaders.node(self.one.saying.edge.via)
        return None if node is None else shown(node, self.at)

    @described(
        "A shortest way by which it comes to the field, from where it is said; empty where it is said of it."
    )
    def route(self, first: First = 50) -> list[ClassStep]:
        hops = () if self.one.derived is None else self.one.derived.route
        return [ClassStep(hop=hop, at=self.at) for hop in hops[: check_first(first)]]

    @described("How many steps that way has.")
    def route_length(self) -> int:
        return 0 if self.one.derived is None else len(self.one.derived.route)


@strawberry.type(
    description="The classes that something is of, as they are said and as they follow along field lineage; nothing of "
    "it is stored, so that what follows is gone with its reason."
)
class DerivedClassifications:
    held: strawberry.Private[Sequence[Class]]
    ended: strawberry.Private[Sequence[Class]]
    rulings: strawberry.Private[Sequence[Curated]]
    unknown: strawberry.Private[Sequence[Reason]]
    at: strawberry.Private[int | None]

    @described("The classes, by key, then by field: those that are said, and those that follow.")
    def classes(self, first: First = 50, after: After = None) -> Connection[DerivedClassification]:
        return self._page(self.held, first, after)

    @described(
        "What comes to it and is no class of it: what is masked, only informs, or is overruled by a person."
    )
    def stopped(self, first: First = 50, after: After = None) -> Connection[DerivedClassification]:
        return self._page(self.ended, first, after)

    @described("The highest level of its classes; null where none of them has one.")
    async def level(self, info: Info) -> int | None:
        return max((await _levels(info, {one.value for one in self.held}, self.at)).values(), default=None)

    @described("What people say of its fields in place of all that would follow, by field.")
    def overruled(self, first: First = 20) -> list[CuratedValue]:
        return [CuratedValue(found=one) for one in self.rulings[: check_first(first)]]

    @described("How far the answer can be trusted: where lineage tells no columns there may be more classes.")
    def coverage(self) -> Coverage:
        steps = sum(0 if one.derived is None else len(one.derived.route) for one in self.held)
        fields = {one.field for one in self.held}
        return Coverage(covered=coverage(self.unknown, len(fields), steps, followed=bool(self.held)))

    def _page(
        self, items: Iterable[Class], first: int, after: str | None
    ) -> Connection[DerivedClassification]:
        page = part(items, lambda one: one.position, first, after)
        return page.connection([DerivedClassification(one=one, at=self.at) for one in page.items])


async def field_classes(info: Info, key: str, at: int | None, aggregates: bool) -> DerivedClassifications:
    """Those of a field."""
    found = await info.context.meshes.field_standing(key, at, Barriers(aggregation=aggregates))
    return _answer((), () if found is None else (found,), () if found is None else found.unknown, at)


async def dataset_classes(info: Info, key: str, at: int | None, aggregates: bool) -> DerivedClassifications:
    """Those of a dataset and of all its fields."""
    found = await info.context.meshes.dataset_standing(key, at, Barriers(aggregation=aggregates))
    return _of_datasets((), () if found is None else (found,), at)


async def product_classes(info: Info, key: str, at: int | None, aggregates: bool) -> DerivedClassifications:
    """Those of a product, and of all fields of the datasets that it offers."""
    found = await info.context.meshes.product_standing(key, at, Barriers(aggregation=aggregates))
    return _of_datasets((), (), at) if found is None else _of_datasets(found.said, found.datasets, at)


async def class_reach(info: Info, key: str, at: int | None, aggregates: bool) -> DerivedClassifications:
    """All fields that are of a class, or come to be of it."""
    found = await info.context.meshes.class_reach(key, at, Barriers(aggregation=aggregates))
    said = [_said(field, sayings) for field, sayings in found.said.items()]
    derived = [Class(one.field, one.value, one.saying, one) for one in found.derived()]
    ended = [Class(one.field, one.value, one.saying, one) for one in found.stopped()]
    held = [one for classes in said for one in classes] + derived
    return DerivedClassifications(held=held, ended=ended, rulings=(), unknown=found.unknown, at=at)


def _of_datasets(
    said: Sequence[Saying], datasets: Sequence[DatasetStanding], at: int | None
) -> DerivedClassifications:
    sayings = (*said, *(saying for one in datasets for saying in one.said))
    standings = [standing for one in datasets for standing in one.fields]
    unknown = sorted({reason for one in datasets for reason in one.unknown})
    return _answer(sayings, standings, unknown, at)


def _answer(
    whole: Iterable[Saying], standings: Sequence[Standing], unknown: Sequence[Reason], at: int | None
) -> DerivedClassifications:
    held = list(_said(None, whole))
    ended: list[Class] = []
    for one in standings:
        held += _said(one.field, one.said)
        held += [Class(one.field, derived.value, derived.saying, derived) for derived in one.derived]
        ended += [Class(one.field, derived.value, derived.saying, derived) for derived in one.stopped]
    rulings = [one.overruled for one in standings if one.overruled is not None]
    return DerivedClassifications(held=held, ended=ended, rulings=rulings, unknown=unknown, at=at)


_NEAREST = ("field", "schema-property", "dataset", "schema", "product")


def _said(field: str | None, sayings: Iterable[Saying]) -> Iterator[Class]:
    """Each class once, as it is said the nearest to the field."""
    found: dict[str, Saying] = {}
    for saying in sorted(sayings, key=lambda one: _NEAREST.index(kind_of(one.holder))):
        found.setdefault(saying.value, saying)
    return (Class(field, value, saying) for value, saying in found.items())


async def _field(
    info: Info, key: str, at: int | None
) -> Annotated["Field", strawberry.lazy("api.graphql.field")] | None:
    from api.graphql.field import Field

    node = await info.context.loaders.node(key)
    return None if node is None else shown_as(Field, node, at)


async def _levels(info: Info, values: Iterable[str], at: int | None) -> dict[str, int]:
    nodes = await info.context.loaders.nodes_then(sorted(values), at)
    return {node.key: level for node in nodes if isinstance(level := node.properties.get("level"), int)}
