"""How states are reached from the first ones: how far they are, how sure that is, and the shortest routes to them."""

from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Mapping
from operator import itemgetter
from typing import NamedTuple, Optional

from catalog.impact.delta import CERTAIN
from catalog.impact.links import Link, Place, State
from catalog.impact.severity import Certainty

Route = tuple[Link, ...]


class _Way(NamedTuple):
    """A route by its last link; ``before``: the rest of it, which other routes share."""

    length: int
    link: Link
    before: Optional["_Way"]

    def links(self) -> Route:
        found = [self.link]
        rest = self.before
        while rest is not None:
            found.append(rest.link)
            rest = rest.before
        return tuple(reversed(found))

    def goes_through(self, name: str) -> bool:
        """Whether it goes through a thing behind its root."""
        way: _Way | None = self
        while way is not None:
            if way.link.after.name == name:
                return True
            way = way.before
        return False


class _Ways(NamedTuple):
    """The shortest ways to a state; ``complete``: there are no others."""

    ways: list[_Way]
    complete: bool


class Reach:
    """What links reach from the roots. ``hops``: state → links of a shortest route; ``certainty``: of its surest route,
    which is as sure as the least sure of its links. Routes are looked for when the first is asked for."""

    def __init__(self, roots: Collection[State], links: Iterable[Link]) -> None:
        self._roots = list(dict.fromkeys(roots))
        self._root_set = frozenset(self._roots)
        self._into: defaultdict[State, list[Link]] = defaultdict(list)
        self._out: defaultdict[State, list[Link]] = defaultdict(list)
        for link in links:
            self._out[link.before].append(link)
        self.hops = self._walked()
        self.certainty = self._certainties()
        self._place: dict[State, int] = {}
        self._sources: dict[State, int] | None = None
        self._nearest: dict[State, _Way | None] = dict.fromkeys(self._roots)
        self._ways: defaultdict[int, dict[State, _Ways]] = defaultdict(dict)

    @property
    def reached(self) -> list[State]:
        """All states but the roots."""
        return [state for state in self.hops if state not in self._root_set]

    @property
    def units(self) -> frozenset[str]:
        """The units of all links that lead on from the roots."""
        return frozenset(link.unit for links in self._into.values() for link in links)

    def into(self, state: State) -> list[Link]:
        """The links that lead to a state."""
        return self._into.get(state, [])

    def roots_of(self, states: Collection[State]) -> list[State]:
        """The roots that lead to any of these states."""
        if len(self._roots) == 1:
            return self._roots if states else []
        if self._sources is None:
            self._sources = self._all_sources()
        bits = 0
        for state in states:
            bits |= self._sources[state]
        return [root for place, root in enumerate(self._roots) if bits >> place & 1]

    def _walked(self) -> dict[State, int]:
        """State → hops, the nearest first; notes the links that lead into each but the roots."""
        hops = dict.fromkeys(self._roots, 0)
        waiting = deque(self._roots)
        while waiting:
            state = waiting.popleft()
            further = hops[state] + 1
            for link in self._out.get(state, ()):
                after = link.after
                if after not in hops:
                    hops[after] = further
                    waiting.append(after)
                if after not in self._root_set:
                    self._into[after].append(link)
        return hops

    def _certainties(self) -> dict[State, Certainty]:
        """The surest first: what is reached so surely leads on to what is as sure as it, or as the next link is."""
        found: dict[State, Certainty] = {}
        waiting: dict[Certainty, list[State]] = {certainty: [] for certainty in CERTAIN}
        waiting[Certainty.PROVEN] += self._roots
        for certainty, rank in CERTAIN.items():
            states = waiting[certainty]
            while states:
                state = states.pop()
                if state in found:
                    continue
                found[state] = certainty
                for link in self._out.get(state, ()):
                    if link.after not in found:
                        less = link.certainty if CERTAIN[link.certainty] > rank else certainty
                        waiting[less].append(link.after)
        return found

    def _all_sources(self) -> dict[State, int]:
        """State → the roots that lead to it, as bits in their order."""
        bits = {root: 1 << place for place, root in enumerate(self._roots)}
        waiting = deque(self._roots)
        while waiting:
            state = waiting.popleft()
            for link in self._out.get(state, ()):
                before = bits.get(link.after, 0)
                if before | bits[state] != before:
                    bits[link.after] = before | bits[state]
                    waiting.append(link.after)
        return bits

    def routes(self, states: Collection[State], limit: int) -> tuple[tuple[Route, ...], bool]:
        """At most ``limit`` shortest routes to any of the states, the shortest first, none through a thing twice; and
        whether there are no others. The first is a shortest one; of the others those that make a detour through
        things farther away than the end may be left out."""
        if not self._place:
            self._place = {state: place for place, state in enumerate(self.hops)}
        known = self._ways[limit]
        for state in self._behind(states, known):
            known[state] = self._ways_to(state, known, limit)
        told = [known[state] for state in (sorted(states) if len(states) > 1 else states)]
        ways = sorted((way for one in told for way in one.ways), key=itemgetter(0))
        complete = all(one.complete for one in told)
        if len(told) > 1:
            ways = list({_places(way): way for way in reversed(ways)}.values())[::-1]
        return tuple(way.links() for way in ways[:limit]), complete and len(ways) <= limit

    def _behind(self, states: Iterable[State], known: Collection[State]) -> list[State]:
        """These states and all that leads to them, as far as their ways are not known, in the order of the walk: the
        nearest first. The nearest way to each is found."""
        found: set[State] = set()
        waiting = [state for state in states if state not in known]
        while waiting:
            state = waiting.pop()
            if state not in found and state not in known and state not in self._root_set:
                found.add(state)
                waiting += [link.before for link in self._into[state]]
        ordered = sorted(found, key=self._place.__getitem__)
        for state in ordered:
            if state not in self._nearest:
                links = self._into[state]
                link = min(links, key=self._nearness) if len(links) > 1 else links[0]
                self._nearest[state] = _Way(self.hops[state], link, self._nearest[link.before])
        return ordered

    def _nearness(self, link: Link) -> tuple[int, Place]:
        return self.hops[link.before], link.place

    def _ways_to(self, state: State, ways: Mapping[State, _Ways], limit: int) -> _Ways:
        """Each goes on from ways to what comes before it in the order of the walk, whatever else is known."""
        links = self._into[state]
        if len(links) > 1:
            links = _distinct(sorted(links, key=self._nearness))
        found: list[_Way] = []
        complete = True
        for link in links:
            if link.before in self._root_set:
                found.append(_Way(1, link, None))
                continue
            if self._place[link.before] < self._place[state]:
                known = ways[link.before]
            else:  # it is as far away as the state, or farther
                first = self._nearest[link.before]
                known, complete = _Ways([] if first is None else [first], False), False
            complete = complete and known.complete
            found += [_Way(w.length + 1, link, w) for w in known.ways if not w.goes_through(state.name)]
            if len(found) > 4 * limit:
                complete = False
                break
        found.sort(key=itemgetter(0))
        return _Ways(found[:limit], complete and len(found) <= limit)


def _distinct(links: list[Link]) -> list[Link]:
    """One of those that lead from one thing by one unit."""
    found: dict[tuple[str, str], Link] = {}
    for link in links:
        found.setdefault((link.before.name, link.unit), link)
    return list(found.values())


def _places(way: _Way) -> tuple[tuple[str, str], ...]:
    return tuple((link.before.name, link.unit) for link in way.links())
