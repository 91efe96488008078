"""``lineageDiff``: what changed of a lineage, and of the schemas and facets of what it reached, between two times."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated

import strawberry
from strawberry.dataloader import DataLoader

from api.graphql import words
from api.graphql.asking import Asking, Info
from api.graphql.coverage import MAX_PAGE, Coverage
from api.graphql.dataset import SchemaField
from api.graphql.facet import Facet, fact_facet
from api.graphql.lineage import LineageEdge, SightLoader
from api.graphql.lineage_question import LineageQuestion
from api.graphql.node import Node, shown
from api.graphql.paging import After, Connection, part
from api.graphql.words import described
from catalog.errors import InvalidQuery
from catalog.evidence import Sight
from catalog.instant import format_instant, is_future
from catalog.lineage import Lineage
from catalog.lineage import LineageEdge as WalkedEdge
from catalog.lineage_diff import (
    MAX_COMPARED,
    Change,
    Changed,
    EdgePlace,
    FactChanges,
    Part,
    edge_changes,
    fact_changes,
    reached,
)
from catalog.state import Fact
from catalog.statement import FieldSpec

Some = Annotated[
    int, strawberry.argument(description=f"How many items to give at most, from 1 to {MAX_PAGE}.")
]

words.describe(
    Change,
    "What became of a thing between two times.",
    {
        "CAME": "It is there after, and was not before.",
        "WENT": "It was there before, and is not after.",
        "CHANGED": "It is there both times, and told otherwise.",
    },
)


@strawberry.type(description="An edge of a lineage at two times.")
class EdgeChange:
    changed: strawberry.Private[Changed[EdgePlace, WalkedEdge]]
    sides: strawberry.Private["_Sides"]

    @described("What became of it. CHANGED: other origins tell it, or other transformations.")
    def change(self) -> Change:
        return self.changed.change

    @described("The edge as it was; null where it came.")
    def before(self) -> LineageEdge | None:
        return self.sides.edge(self.changed.before, 0)

    @described("The edge as it became; null where it went.")
    def after(self) -> LineageEdge | None:
        return self.sides.edge(self.changed.after, 1)


@strawberry.type(description="A field of the schema of a dataset at two times.")
class FieldChange:
    changed: strawberry.Private[Changed[Part, FieldSpec]]

    @described("What became of it.")
    def change(self) -> Change:
        return self.changed.change

    @described("The dataset.")
    async def dataset(self, info: Info) -> Node | None:
        stored = await info.context.loaders.node(self.changed.place[0])
        return None if stored is None else shown(stored)

    @described("The path of the field.")
    def path(self) -> str:
        return self.changed.place[1]

    @described("The field as it was; null where it came.")
    def before(self) -> SchemaField | None:
        return None if self.changed.before is None else SchemaField.of(self.changed.before)

    @described("The field as it became; null where it went.")
    def after(self) -> SchemaField | None:
        return None if self.changed.after is None else SchemaField.of(self.changed.after)


@strawberry.type(description="A facet of a dataset or job at two times.")
class FacetChange:
    changed: strawberry.Private[Changed[Part, Fact]]

    @described("What became of it.")
    def change(self) -> Change:
        return self.changed.change

    @described("The dataset or job.")
    async def node(self, info: Info) -> Node | None:
        stored = await info.context.loaders.node(self.changed.place[0])
        return None if stored is None else shown(stored)

    @described("The key of the facet.")
    def key(self) -> str:
        return self.changed.place[1]

    @described("The facet as it was; null where it came.")
    def before(self) -> Facet | None:
        return None if self.changed.before is None else fact_facet(self.changed.place[1], self.changed.before)

    @described("The facet as it became; null where it went.")
    def after(self) -> Facet | None:
        return None if self.changed.after is None else fact_facet(self.changed.place[1], self.changed.after)


@dataclass(frozen=True)
class _Sides:
    """The two questions, and who last told the edges of their answers."""

    questions: tuple[LineageQuestion, LineageQuestion]
    sights: tuple[SightLoader, SightLoader]

    def edge(self, walked: WalkedEdge | None, side: int) -> LineageEdge | None:
        """An edge as one side shows it."""
        if walked is None:
            return None
        return LineageEdge(walked=walked, sights=self.sights[side], at=self.questions[side].at)


@strawberry.type(description="What changed between two times.")
class LineageDiff:
    sides: strawberry.Private[_Sides]
    walks: strawberry.Private[tuple[Lineage, Lineage]]
    facts: strawberry.Private[DataLoader[None, FactChanges]]

    @described("The edges that came, went and changed, by source and target.")
    def edges(self, first: Some = 500, after: After = None) -> Connection[EdgeChange]:
        page = part(edge_changes(*self.walks), lambda one: one.place, first, after, MAX_PAGE)
        return page.connection([EdgeChange(changed=one, sides=self.sides) for one in page.items])

    @described("The fields that came, went and changed in the schemas of what both walks reached.")
    async def fields(self, first: Some = 500, after: After = None) -> Connection[FieldChange]:
        found = (await self.facts.load(None)).fields
        page = part(found, lambda one: one.place, first, after, MAX_PAGE)
        return page.connection([FieldChange(changed=one) for one in page.items])

    @described("The facets that came, went and changed of what both walks reached.")
    async def facets(self, first: Some = 500, after: After = None) -> Connection[FacetChange]:
        found = (await self.facts.load(None)).facets
        page = part(found, lambda one: one.place, first, after, MAX_PAGE)
        return page.connection([FacetChange(changed=one) for one in page.items])

    @described(
        f"Of how many datasets and jobs schemas and facets were not compared: those behind the {MAX_COMPARED} nearest."
    )
    async def not_compared(self) -> int:
        return (await self.facts.load(None)).left_out

    @described("What the lineage before does not know.")
    def coverage_before(self) -> Coverage:
        return Coverage(covered=self.walks[0].coverage)

    @described("What the lineage after does not know.")
    def coverage_after(self) -> Coverage:
        return Coverage(covered=self.walks[1].coverage)


async def lineage_diff(
    asking: Asking, question: LineageQuestion, since: int, until: int | None
) -> LineageDiff:
    """Walk twice, and compare on demand."""
    _check_times(since, until)
    questions = (replace(question, at=since), replace(question, at=until))
    before, after = await asking.ask(
        lambda reader: tuple(one.walk(reader, asking.mesh_of) for one in questions)
    )

    async def compare(_: Sequence[None]) -> list[FactChanges]:
        keys = reached(before, after)
        return [await asking.ask(lambda reader: fact_changes(reader, keys, since, until))]

    sides = _Sides(questions, (_sights(asking, questions[0], before), _sights(asking, questions[1], after)))
    return LineageDiff(sides=sides, walks=(before, after), facts=DataLoader(compare))


def _check_times(since: int, until: int | None) -> None:
    if until is not None and until < since:
        raise InvalidQuery("The times are in the wrong order.", "Give the earlier one as from.")
    for name, at in (("from", since), ("to", until)):
        if at is not None and is_future(at, time.time_ns()):
            raise InvalidQuery(
                f"{name} {format_instant(at)} is in the future: nothing is known of it.",
                "Leave out to for now.",
            )


def _sights(asking: Asking, question: LineageQuestion, found: Lineage) -> SightLoader:
    async def load(edges: list[WalkedEdge]) -> list[Sight | None]:
        sights = await asking.ask(lambda reader: question.sights(reader, found, edges))
        return [sights.get(edge) for edge in edges]

    return DataLoader(load)
