"""What follows for a field along lineage beside its classes: for how long it is kept, and what critical needs it."""

from collections.abc import Sequence

import strawberry

from api.graphql.asking import Info
from api.graphql.coverage import Coverage
from api.graphql.node import Node, shown
from api.graphql.paging import After, Connection, First, check_first, part
from api.graphql.propagation import ClassStep
from api.graphql.words import described
from catalog.coverage import Reason, coverage
from catalog.governance.criticality import Criticality, Needed
from catalog.governance.retention import Kept, Retention
from catalog.governance.spread import Hop


@strawberry.type(description="For how long data is kept, as an objective of a contract states.")
class StatedRetention:
    told: strawberry.Private[Retention]
    at: strawberry.Private[int | None]

    @described("As it is written: a number and a unit.")
    def text(self) -> str:
        return self.told.text

    @described("In seconds; null where it is no length of time that is understood.")
    def seconds(self) -> float | None:
        return None if self.told.seconds is None else float(self.told.seconds)

    @described("The objective that states it.")
    async def objective(self, info: Info) -> Node | None:
        return await _node(info, self.told.slo, self.at)


@strawberry.type(description="For how long a field is kept, and what it comes from.")
class DerivedRetention:
    kept: strawberry.Private[Kept]
    at: strawberry.Private[int | None]

    @described("What is stated for its dataset, the shortest first.")
    def stated(self, first: First = 5) -> list[StatedRetention]:
        return [StatedRetention(told=one, at=self.at) for one in self.kept.stated[: check_first(first)]]

    @described("The shortest that is stated for something that its values come from unmasked.")
    def upstream(self) -> StatedRetention | None:
        shortest = self.kept.upstream
        return None if shortest is None else StatedRetention(told=shortest, at=self.at)

    @described("A shortest way by which that comes to it.")
    def route(self, first: First = 50) -> list[ClassStep]:
        return _steps(self.kept.way, first, self.at)

    @described("How far the answer can be trusted.")
    def coverage(self) -> Coverage:
        followed = bool(self.kept.stated) or self.kept.upstream is not None
        return _coverage(self.kept.unknown, followed)


@strawberry.type(description="A critical data element of a contract that depends on a field.")
class CriticalUse:
    one: strawberry.Private[Needed]
    at: strawberry.Private[int | None]

    @described("The property of a contract that is critical.")
    async def element(self, info: Info) -> Node | None:
        return await _node(info, self.one.element, self.at)

    @described("A shortest way from the field of the element back to this one, against the data.")
    def route(self, first: First = 50) -> list[ClassStep]:
        return _steps(self.one.way, first, self.at)


@strawberry.type(description="Whether a field is critical, because critical data elements are made of it.")
class DerivedCriticality:
    found: strawberry.Private[Criticality]
    at: strawberry.Private[int | None]

    @described(
        "Whether a critical element is made of its values; masking and aggregation do not change that."
    )
    def critical(self) -> bool:
        return bool(self.found.needed)

    @described("The elements that are made of its values, by key.")
    def needed_by(self, first: First = 20, after: After = None) -> Connection[CriticalUse]:
        return self._page(self.found.needed, first, after)

    @described("The elements of which it only decides about rows or groups, by key.")
    def informs(self, first: First = 20, after: After = None) -> Connection[CriticalUse]:
        return self._page(self.found.informs, first, after)

    @described("How far the answer can be trusted.")
    def coverage(self) -> Coverage:
        return _coverage(self.found.unknown, bool(self.found.needed))

    def _page(self, items: Sequence[Needed], first: int, after: str | None) -> Connection[CriticalUse]:
        page = part(items, lambda one: (one.element,), first, after)
        return page.connection([CriticalUse(one=one, at=self.at) for one in page.items])


def _steps(way: Sequence[Hop], first: int, at: int | None) -> list[ClassStep]:
    return [ClassStep(hop=hop, at=at) for hop in way[: check_first(first)]]


def _coverage(unknown: Sequence[Reason], followed: bool) -> Coverage:
    return Coverage(covered=coverage(unknown, 1, 0, followed=followed))


async def _node(info: Info, key: str, at: int | None) -> Node | None:
    node = await info.context.loaders.node(key)
    return None if node is None else shown(node, at)
