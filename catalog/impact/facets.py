"""Items of a report counted and chosen by what they have in common: severity, kind, owner, product, domain."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias

from catalog.impact.report import Affected, Concern, Facet, ImpactReport
from catalog.impact.severity import RANK

NOBODY = Concern()
Values: TypeAlias = Callable[[Affected, Concern], Iterable[str | None]]


def _of_owners(item: Affected, concern: Concern) -> Iterable[str | None]:
    return [party.key for party in concern.owners] or (None,)


FACETS: dict[str, Values] = {
    "severity": lambda item, concern: (item.severity,),
    "kind": lambda item, concern: (item.label,),
    "owner": _of_owners,
    "product": lambda item, concern: (concern.product,),
    "domain": lambda item, concern: (concern.domain,),
}
"""The values that an item has of each facet: one, but for owners; None: it has none."""


def facet(report: ImpactReport, name: str) -> tuple[Facet, ...]:
    """How many items of the whole report have each value of a facet: what is worst first, then the most, then by value;
    what has none comes last."""
    found: dict[str | None, list[Affected]] = {}
    for item in report.items:
        for value in FACETS[name](item, report.concerns.get(item.key, NOBODY)):
            found.setdefault(value, []).append(item)
    made = [_facet(value, items) for value, items in found.items()]
    return tuple(sorted(made, key=_order))


def _facet(value: str | None, items: list[Affected]) -> Facet:
    worst = min((item.severity for item in items), key=RANK.__getitem__)
    return Facet(value, len(items), sum(item.unknown for item in items), worst)


def _order(one: Facet) -> tuple[bool, int, int, str]:
    return one.value is None, RANK[one.worst], -one.count, one.value or ""


@dataclass(frozen=True, slots=True)
class ItemFilter:
    """Which items to list: those that have one of the values of each facet that is named; None: any, also none.

    Owners, products and domains are keys.
    """

    severity: frozenset[str] | None = None
    kind: frozenset[str] | None = None
    owner: frozenset[str] | None = None
    product: frozenset[str] | None = None
    domain: frozenset[str] | None = None

    def accepts(self, item: Affected, concern: Concern) -> bool:
        """Whether an item is to be listed."""
        return all(
            wanted is None or any(value in wanted for value in FACETS[name](item, concern))
            for name in FACETS
            if (wanted := getattr(self, name)) is not None
        )


EVERY_ITEM = ItemFilter()


def chosen(report: ImpactReport, where: ItemFilter = EVERY_ITEM) -> tuple[Affected, ...]:
    """The items that a filter accepts, in the order of the report."""
    if where == EVERY_ITEM:
        return report.items
    concerns = report.concerns
    return tuple(item for item in report.items if where.accepts(item, concerns.get(item.key, NOBODY)))
