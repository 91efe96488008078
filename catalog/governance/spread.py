"""The part of the field lineage along which properties of data pass: from fields on, or back to what they come from.

One question for each hop (and one about what people say of the fields); no route is walked twice.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

from catalog.curated import Curated
from catalog.governance.barriers import Barriers, Passing
from catalog.graph import Direction, Edge
from catalog.lineage_view import Column, View
from catalog.store.port import batched
from ontology.vocabulary import Origin

MAX_FIELDS = 20_000
"""Fields that one answer looks at; where there are more, it says so."""

Rulings = Callable[[Collection[str]], Mapping[str, Curated]]
"""What people say in place of what would be derived, of those of the fields of which they do."""

T = TypeVar("T")

_PAGE = 5_000
"""Fields whose hops are read at once."""


class Hop(NamedTuple):
    """One step of a property from field to field (names of classes), by an edge of lineage. What passes against the
    data goes from the target of the edge to its source."""

    giver: str
    taker: str
    edge: Edge
    passing: Passing

    @property
    def order(self) -> tuple[str, str, str, str, str]:
        """A place among others that does not depend on the store."""
        return self.giver, self.taker, self.edge.via, self.edge.type, repr(self.edge.properties)


@dataclass(slots=True)
class Spread:
    """Fields and the hops between them. ``overruled``: by field what a person says of it. ``cut``: the fields at which
    the bound was reached: those that were not looked behind."""

    fields: set[str]
    hops: list[Hop] = field(default_factory=list)
    overruled: dict[str, Curated] = field(default_factory=dict)
    cut: set[str] = field(default_factory=set)


class Walk:
    """Walks hop by hop. ``flow``: OUT for what goes with the data, IN for what goes against it. ``within``: it goes on
    to fields of these datasets (names of classes) alone; None: of all."""

    def __init__(
        self,
        view: View,
        flow: Direction,
        barriers: Barriers,
        rulings: Rulings,
        max_fields: int = MAX_FIELDS,
        within: Collection[str] | None = None,
    ) -> None:
        self._view = view
        self._flow = flow
        self._back = Direction.IN if flow is Direction.OUT else Direction.OUT
        self._barriers = barriers
        self._rulings = rulings
        self._max_fields = max_fields
        self._within = within

    def onwards(self, starts: Collection[str]) -> Spread:
        """All that what the starts hold passes to, and where it ends. What only informs is left out."""
        found, frontier = Spread(set(starts), overruled=dict(self._rulings(starts))), set(starts)
        while frontier:
            hops = [
                hop
                for part in batched(sorted(frontier), _PAGE)
                for hop in self._hops(self._columns(part, self._flow))
                if hop.giver in frontier and self._is_inside(hop.taker)
            ]
            takers = {hop.taker for hop in hops if hop.passing is Passing.CARRIED} - found.fields
            found.overruled.update(self._rulings(takers))
            found.hops += [_judged(hop, found.overruled) for hop in hops]
            frontier = self._admit(found, takers, lambda hop: hop.giver)
            frontier -= found.overruled.keys()
        return found

    def back(self, asked: Collection[str]) -> Spread:
        """All that the asked may hold something from; of themselves also what informs them, and what is stopped."""
        found = Spread(set(asked), overruled=dict(self._rulings(asked)))
        columns = self._view.columns(asked, self._back) if asked else []
        frontier = set(asked)
        while frontier:
            hops = [hop for hop in self._hops(columns) if hop.taker in frontier]
            found.hops += [_judged(hop, found.overruled) for hop in hops]
            givers = {hop.giver for hop in hops if hop.taker in asked or hop.passing is Passing.CARRIED}
            givers -= found.fields
            frontier = self._admit(found, givers, lambda hop: hop.taker)
            found.overruled.update(self._rulings(frontier))
            frontier -= found.overruled.keys()
            columns = self._columns(frontier, self._back) if frontier else []
        return found

    def _is_inside(self, field: str) -> bool:
        return self._within is None or self._view.home(field) in self._within

    def _columns(self, fields: Collection[str], direction: Direction) -> list[Column]:
        """The column edges that may carry something."""
        view = self._view
        return view.feeds(fields, direction) if self._barriers.influence else view.columns(fields, direction)

    def _admit(self, found: Spread, fresh: set[str], seen_from: Callable[[Hop], str]) -> set[str]:
        """Those of the fields for which there is room; the hops to the others go, and are told."""
        room = self._max_fields - len(found.fields)
        if len(fresh) > room:
            kept = set(sorted(fresh)[: max(room, 0)])
            lost = fresh - kept
            found.cut |= {seen_from(hop) for hop in found.hops if {hop.giver, hop.taker} & lost}
            found.hops = [hop for hop in found.hops if not {hop.giver, hop.taker} & lost]
            fresh = kept
        found.fields |= fresh
        return set(fresh)

    def _hops(self, columns: Iterable[Column]) -> list[Hop]:
        """The hops of column edges. What was found in SQL counts where no producer tells of the same job and columns:
        SQL does not say what is masked."""
        hops: dict[tuple[tuple[str, str, str, str], object, bool], Hop] = {}
        told: set[tuple[str, str, str, str]] = set()
        for column in columns:
            edge = column.edge
            parsed = edge.origin == Origin.PARSED
            passing = self._barriers.passing(edge)
            for target in column.targets:
                ends = (column.source, target) if self._flow is Direction.OUT else (target, column.source)
                if ends[0] != ends[1]:
                    place = (*ends, edge.via, edge.type)
                    hops[place, edge.properties, parsed] = Hop(*ends, edge, passing)
                    if not parsed:
                        told.add(place)
        return [hop for (place, _, parsed), hop in hops.items() if not parsed or place not in told]


def _judged(hop: Hop, overruled: Mapping[str, Curated]) -> Hop:
    if hop.passing is Passing.CARRIED and hop.taker in overruled:
        return hop._replace(passing=Passing.OVERRULED)
    return hop


def arrivals(hops: Iterable[Hop], held: Mapping[str, Iterable[T]]) -> dict[str, dict[T, Hop | None]]:
    """By field what comes to it, and by which hop on a shortest way; None for what it holds from the start.

    Of ways of one length that whose fields come first counts, so that every store gives the same.
    """
    onwards: dict[str, list[Hop]] = defaultdict(list)
    for hop in hops:
        if hop.passing is Passing.CARRIED:
            onwards[hop.giver].append(hop)
    found: dict[str, dict[T, Hop | None]] = {name: dict.fromkeys(tokens) for name, tokens in held.items()}
    frontier = {name: [*tokens] for name, tokens in found.items()}
    while frontier:
        ahead: dict[str, list[T]] = defaultdict(list)
        for giver in sorted(frontier):
            given = frontier[giver]
            for hop in sorted(onwards.get(giver, ()), key=_order):
                has = found.setdefault(hop.taker, {})
                for token in given:
                    if token not in has:
                        has[token] = hop
                        ahead[hop.taker].append(token)
        frontier = ahead
    return found


def least(
    hops: Iterable[Hop], held: Mapping[str, T], order: Callable[[T], Any]
) -> dict[str, tuple[T, Hop | None]]:
    """By field the first in an order of what it holds and of what comes to it, and by which hop on a shortest way.

    Each field is passed once, however much comes to it.
    """
    onwards: dict[str, list[Hop]] = defaultdict(list)
    for hop in hops:
        if hop.passing is Passing.CARRIED:
            onwards[hop.giver].append(hop)
    holders: dict[T, list[str]] = defaultdict(list)
    for name, token in held.items():
        holders[token].append(name)
    found: dict[str, tuple[T, Hop | None]] = {}
    for token in sorted(holders, key=order):
        frontier = [name for name in holders[token] if name not in found]
        found.update(dict.fromkeys(frontier, (token, None)))
        while frontier:
            ahead: list[str] = []
            for giver in sorted(frontier):
                for hop in sorted(onwards.get(giver, ()), key=_order):
                    if hop.taker not in found:
                        found[hop.taker] = (token, hop)
                        ahead.append(hop.taker)
            frontier = ahead
    return found


def way_of(found: Mapping[str, tuple[T, Hop | None]], name: str) -> tuple[Hop, ...]:
    """The hops by which what ``least`` found came to a field."""
    hops: list[Hop] = []
    hop = found[name][1]
    while hop is not None:
        hops.append(hop)
        hop = found[hop.giver][1]
    return tuple(reversed(hops))


def _order(hop: Hop) -> tuple[str, str, str, str, str]:
    return hop.order


def route(found: Mapping[str, Mapping[T, Hop | None]], name: str, token: T) -> tuple[Hop, ...]:
    """The hops by which something came to a field, from where it is said; none where it is said of the field."""
    hops: list[Hop] = []
    hop = found[name][token]
    while hop is not None:
        hops.append(hop)
        hop = found[hop.giver][token]
    return tuple(reversed(hops))
