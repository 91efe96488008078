"""What each document and curation says of things, statement by statement: which of it counts, and where they differ."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from catalog import state, values
from catalog.described import tellings
from catalog.fold.descriptions import NOT_SAID, Telling
from catalog.graph import EdgeSpec, Property
from catalog.identity import kind_of
from catalog.precedence import CURATED, Precedence, precedence
from catalog.statement import Described
from catalog.store.port import Reader
from ontology.vocabulary import Rel

ONE_OWNER = frozenset(("product", "contract", "domain", "system", "component", "exposure"))
"""Kinds of things that one team or person answers for. A dataset may have several owners."""


class Why(StrEnum):
    """Why a statement counts, or does not."""

    ONLY = "ONLY"
    AGREED = "AGREED"
    CURATED = "CURATED"
    RANK = "RANK"
    NEWEST = "NEWEST"
    UNDECIDED = "UNDECIDED"


@dataclass(frozen=True, slots=True)
class Stated:
    """One statement. ``teller``: the document or curation (key); ``at``: the order key of its last version that says
    so; ``name``: of a property, or the type of a relationship, whose ``edge`` it is then and whose target the value.

    ``counts``: whether it is what the graph has. ``why``: what decided between it and other statements.
    """

    teller: str
    at: str
    name: str
    value: Property
    edge: EdgeSpec | None = None
    counts: bool = True
    why: Why = Why.ONLY


@dataclass(frozen=True, slots=True)
class Conflict:
    """A property, or a relationship of which one is meant to be, that is said in different ways. ``claims``: what
    counts first. ``decided``: whether the rules choose one."""

    name: str
    claims: tuple[Stated, ...]

    @property
    def why(self) -> Why:
        """What decided."""
        return self.claims[0].why

    @property
    def decided(self) -> bool:
        return self.why is not Why.UNDECIDED


def is_single(key: str, name: str) -> bool:
    """Whether a thing is meant to have one such relationship at most."""
    kind = kind_of(key)
    above = name == Rel.PART_OF and kind == "domain"
    return name == Rel.IN_DOMAIN or above or (name == Rel.OWNED_BY and kind in ONE_OWNER)


def statements(reader: Reader, keys: Collection[str], at: int | None = None) -> dict[str, list[Stated]]:
    """All statements of documents and curations about things, now or as of ``at`` (nanoseconds): properties by name,
    then relationships by type; of each what counts first."""
    told = tellings(reader, keys, at)
    if at is not None:
        ranks = state.last_sight(reader, {teller for found in told.values() for teller in found}, at)
        told = {
            key: {teller: Telling(ranks[teller], one.digest) for teller, one in found.items()}
            for key, found in told.items()
        }
    texts = state.blobs(reader, {one.digest for found in told.values() for one in found.values()})
    return {
        key: list(
            _of_thing(
                key, [(t, one.at, values.decode_described(texts[one.digest])) for t, one in found.items()]
            )
        )
        for key, found in told.items()
    }


def conflicts(key: str, said: Iterable[Stated]) -> list[Conflict]:
    """Where the statements of one thing differ."""
    groups: dict[str, list[Stated]] = defaultdict(list)
    for one in said:
        if one.edge is None or is_single(key, one.name):
            groups[one.name].append(one)
    return [Conflict(name, tuple(found)) for name, found in groups.items() if _differ(found)]


def _differ(found: Collection[Stated]) -> bool:
    return len({repr(one.value) for one in found}) > 1


def _of_thing(key: str, told: Collection[tuple[str, str, Described]]) -> Iterator[Stated]:
    order = precedence()
    by_name: dict[tuple[bool, str], list[Stated]] = defaultdict(list)
    for teller, at, node in told:
        if not node.stub or kind_of(teller) == "curation":
            for name, value in node.properties:
                if name not in NOT_SAID:
                    by_name[False, name].append(Stated(teller, at, name, value))
        for edge in node.edges:
            by_name[True, edge.type].append(Stated(teller, at, edge.type, edge.target, edge))
    for (is_edge, name), found in sorted(by_name.items()):
        found.sort(key=lambda one: (order.rank(one.teller), one.at, one.teller), reverse=True)
        if not is_edge:
            yield from _judged(found, [found[0]], order)
        elif is_single(key, name):
            highest = order.rank(found[0].teller)
            yield from _judged(found, [one for one in found if order.rank(one.teller) == highest], order)
        else:
            yield from sorted(found, key=lambda one: (str(one.value), one.teller))


def _judged(found: list[Stated], chosen: list[Stated], order: Precedence) -> Iterator[Stated]:
    """The statements with what decided between them; ``chosen``: those that do, of which the first stands highest."""
    why = _why(found, chosen, order)
    counting = {repr(one.value) for one in chosen}
    for one in found:
        yield Stated(one.teller, one.at, one.name, one.value, one.edge, repr(one.value) in counting, why)


def _why(found: list[Stated], chosen: list[Stated], order: Precedence) -> Why:
    if len(found) == 1:
        return Why.ONLY
    if not _differ(found):
        return Why.AGREED
    if _differ(chosen):
        return Why.UNDECIDED
    ranks: Mapping[str, int] = {one.teller: order.rank(one.teller) for one in found}
    others = [ranks[one.teller] for one in found if repr(one.value) != repr(chosen[0].value)]
    if max(others) < ranks[chosen[0].teller]:
        return Why.CURATED if ranks[chosen[0].teller] == CURATED else Why.RANK
    return Why.NEWEST
