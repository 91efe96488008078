"""What follows for fields, datasets and products from what is said of others, along field lineage, at an instant.

A class of data (a classification, a category of personal data) goes with the values: along DIRECT edges, over renames
and names that are one, until a masking edge, a declared aggregation or a person's word. An INDIRECT edge only informs.
Nothing of it is stored: each answer follows from the lineage and the sayings of its instant, so that it is gone with
its reason. Where a job tells no columns, it is told that more may come that way, and never that nothing does.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from catalog.coverage import Reason, too_many_nodes
from catalog.curated import Curated
from catalog.governance.barriers import USUAL, Barriers, Passing
from catalog.governance.sayings import Saying, Sayings
from catalog.governance.spread import MAX_FIELDS, Hop, Spread, Walk, arrivals, route
from catalog.governance.unseen import unseen_behind, unseen_into
from catalog.graph import Direction
from catalog.lineage_view import View


@dataclass(frozen=True, slots=True)
class Derived:
    """That a class (``value``) comes to a field from what ``saying`` says, by a shortest ``route``. ``passing``: what
    becomes of it at the last hop of the route; it is of the field only where it is CARRIED."""

    field: str
    value: str
    passing: Passing
    saying: Saying
    route: tuple[Hop, ...]

    @property
    def order(self) -> tuple[str, str, str, str]:
        """A place among others: by field, then by class."""
        return self.field, self.value, self.passing, self.route[-1].giver


@dataclass(frozen=True, slots=True)
class Standing:
    """The classes of a field: what is ``said`` of it, what is ``derived`` beside that, and what comes near and is no
    class of it (``stopped``, with how). ``overruled``: what a person says in place of all that would be derived.
    ``unknown``: why there may be more."""

    field: str
    said: tuple[Saying, ...] = ()
    derived: tuple[Derived, ...] = ()
    stopped: tuple[Derived, ...] = ()
    overruled: Curated | None = None
    unknown: tuple[Reason, ...] = ()

    @property
    def values(self) -> frozenset[str]:
        """All classes that it is of."""
        return frozenset((*(one.value for one in self.said), *(one.value for one in self.derived)))


Found = Mapping[str, Mapping[str | Reason, Hop | None]]


class Propagation:
    """All that follows from values: the fields that hold them (``said``), and those that they come to."""

    def __init__(
        self, spread: Spread, said: Mapping[str, list[Saying]], found: Found, unknown: Iterable[Reason]
    ) -> None:
        self.said = said
        self.unknown = tuple(sorted(set(unknown)))
        self._spread = spread
        self._found = found

    @property
    def reached(self) -> dict[str, frozenset[str]]:
        """By field the classes that come to it and are not said of it."""
        held = {field: {one.value for one in sayings} for field, sayings in self.said.items()}
        new = {
            field: frozenset(map(str, values.keys() - held.get(field, set())))
            for field, values in self._found.items()
        }
        return {field: values for field, values in new.items() if values}

    def derived(self) -> Iterator[Derived]:
        """Each with its route, by field and class; made one by one."""
        for field, values in sorted(self.reached.items()):
            for value in sorted(values):
                hops = route(self._found, field, value)
                yield Derived(
                    field, value, Passing.CARRIED, first_said(self.said, hops[0].giver, value), hops
                )

    def stopped(self) -> list[Derived]:
        """Where it ends: at masking, at declared aggregations, and where a person says what a field is."""
        hops = [hop for hop in self._spread.hops if hop.passing is not Passing.CARRIED]
        return _stopped(hops, self._found, self.said)


def propagate(
    view: View,
    sayings: Sayings,
    values: Collection[str],
    barriers: Barriers = USUAL,
    max_fields: int = MAX_FIELDS,
) -> Propagation:
    """All that follows from classes (keys), wherever they are said: one walk for all of them, with two questions for
    each hop. Of more than ``max_fields`` fields the rest is told as not known."""
    holders = sayings.holders(values)
    overruled = sayings.overruled(holders)
    wanted = set(values)
    said = {
        field: kept
        for field, told in sayings.of_fields(holders, overruled).items()
        if (kept := [one for one in told if one.value in wanted])
    }
    spread = Walk(view, Direction.OUT, barriers, sayings.overruled, max_fields).onwards(said)
    held: dict[str, list[str | Reason]] = {
        field: [*dict.fromkeys(one.value for one in sayings_)] for field, sayings_ in said.items()
    }
    found = arrivals(spread.hops, held)
    unknown = unseen_behind(view, found, spread.hops)
    if spread.cut:
        unknown.append(too_many_nodes(max_fields))
    return Propagation(spread, said, found, unknown)


def standings(
    view: View,
    sayings: Sayings,
    fields: Collection[str],
    barriers: Barriers = USUAL,
    max_fields: int = MAX_FIELDS,
) -> dict[str, Standing]:
    """How fields (keys) stand, by key: from what they come from, without looking at the rest of the graph. Two
    questions for each hop upstream, however many fields."""
    view.classes.close_fields(fields)
    names = {key: view.classes.name(key) for key in fields}
    spread = Walk(view, Direction.OUT, barriers, sayings.overruled, max_fields).back(set(names.values()))
    said = sayings.of_fields(spread.fields, spread.overruled)
    held: dict[str, list[str | Reason]] = defaultdict(list)
    for field, sayings_ in said.items():
        held[field] += dict.fromkeys(one.value for one in sayings_)
    for field, reasons in _unknown(view, spread).items():
        held[field] += reasons
    for field in spread.cut:
        held[field].append(too_many_nodes(max_fields))
    found = arrivals(spread.hops, held)
    into: dict[str, list[Hop]] = defaultdict(list)
    for hop in spread.hops:
        if hop.passing is not Passing.CARRIED:
            into[hop.taker].append(hop)
    return {key: _standing(name, spread, said, found, into[name]) for key, name in names.items()}


def _standing(
    name: str, spread: Spread, said: Mapping[str, list[Saying]], found: Found, into: Collection[Hop]
) -> Standing:
    tokens = found.get(name, {})
    own = {one.value for one in said.get(name, ())}
    derived = []
    for value in sorted(token for token in tokens if isinstance(token, str) and token not in own):
        hops = route(found, name, value)
        derived.append(Derived(name, value, Passing.CARRIED, first_said(said, hops[0].giver, value), hops))
    has = own | {one.value for one in derived}
    stopped = [one for one in _stopped(into, found, said) if one.value not in has]
    unknown = sorted(token for token in tokens if isinstance(token, Reason))
    return Standing(
        name,
        tuple(said.get(name, ())),
        tuple(derived),
        tuple(stopped),
        spread.overruled.get(name),
        tuple(unknown),
    )


def _stopped(hops: Iterable[Hop], found: Found, said: Mapping[str, list[Saying]]) -> list[Derived]:
    """What comes to the end of hops that do not carry it: for each field, class and way of stopping the shortest."""
    best: dict[tuple[str, str, Passing], tuple[int, tuple[str, ...], Hop]] = {}
    for hop in hops:
        for value in found.get(hop.giver, {}):
            if isinstance(value, str):
                rank = (len(route(found, hop.giver, value)), hop.order, hop)
                place = (hop.taker, value, hop.passing)
                if place not in best or rank[:2] < best[place][:2]:
                    best[place] = rank
    stopped = []
    for (taker, value, passing), (_, _, hop) in sorted(best.items(), key=lambda item: item[0]):
        hops_ = (*route(found, hop.giver, value), hop)
        stopped.append(Derived(taker, value, passing, first_said(said, hops_[0].giver, value), hops_))
    return stopped


def first_said(said: Mapping[str, list[Saying]], field: str, value: str) -> Saying:
    """The first that says a class of a field."""
    return next(one for one in said[field] if one.value == value)


def _unknown(view: View, spread: Spread) -> dict[str, list[Reason]]:
    """By field, but for those of which a person decides, why something unseen may come to it directly."""
    open_ = spread.fields - spread.overruled.keys()
    homes = {field: home for field in open_ if (home := view.classes.home(field)) is not None}
    reasons = unseen_into(view, set(homes.values()), spread.hops)
    return {field: reasons[home] for field, home in homes.items() if home in reasons}
