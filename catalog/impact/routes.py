"""How states are reached from the first ones: how far they are, how sure that is, and the shortest routes to them."""

from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Mapping
from heapq import heappop, heappush
from itertools import count

from catalog.impact.delta import CERTAIN
from catalog.impact.links import Link, State
from catalog.impact.severity import Certainty

MAX_STEPS = 300
"""Partial routes that are looked at for one thing; beyond it, not all routes are known."""

Route = tuple[Link, ...]


class Reach:
    """What links reach from the roots. ``hops``: state → links of a shortest route; ``certainty``: of its surest route,
    which is as sure as the least sure of its links; ``sources``: state → the roots that lead to it, as bits in their
    order."""

    def __init__(self, roots: Collection[State], links: Iterable[Link]) -> None:
        self._roots = list(dict.fromkeys(roots))
        self._root_set = frozenset(self._roots)
        self._into: defaultdict[State, list[Link]] = defaultdict(list)
        out: defaultdict[State, list[Link]] = defaultdict(list)
        for link in links:
            out[link.before].append(link)
        self.hops = self._hops(out)
        for state in self.hops:
            for link in out.get(state, ()):
                if link.after not in self._root_set:
                    self._into[link.after].append(link)
        self.certainty = self._certainties(out)
        self.sources = self._sources(out)
        self._single: dict[State, Route | None] = dict.fromkeys(self._roots, ())

    @property
    def reached(self) -> list[State]:
        """All states but the roots."""
        return [state for state in self.hops if state not in self._root_set]

    def into(self, state: State) -> list[Link]:
        """The links that lead to a state."""
        return self._into.get(state, [])

    def roots_of(self, states: Iterable[State]) -> list[State]:
        """The roots that lead to any of these states."""
        bits = 0
        for state in states:
            bits |= self.sources[state]
        return [root for place, root in enumerate(self._roots) if bits >> place & 1]

    def _hops(self, out: Mapping[State, list[Link]]) -> dict[State, int]:
        hops = dict.fromkeys(self._roots, 0)
        waiting = deque(self._roots)
        while waiting:
            state = waiting.popleft()
            for link in out.get(state, ()):
                if link.after not in hops:
                    hops[link.after] = hops[state] + 1
                    waiting.append(link.after)
        return hops

    def _certainties(self, out: Mapping[State, list[Link]]) -> dict[State, Certainty]:
        """The surest first: what links that are at least so sure reach."""
        found = dict.fromkeys(self._roots, Certainty.PROVEN)
        for certainty, rank in CERTAIN.items():
            waiting = deque(found)
            while waiting:
                for link in out.get(waiting.popleft(), ()):
                    if link.after not in found and CERTAIN[link.certainty] <= rank:
                        found[link.after] = certainty
                        waiting.append(link.after)
        return found

    def _sources(self, out: Mapping[State, list[Link]]) -> dict[State, int]:
        bits = {root: 1 << place for place, root in enumerate(self._roots)}
        waiting = deque(self._roots)
        while waiting:
            state = waiting.popleft()
            for link in out.get(state, ()):
                before = bits.get(link.after, 0)
                if before | bits[state] != before:
                    bits[link.after] = before | bits[state]
                    waiting.append(link.after)
        return bits

    def routes(self, states: Collection[State], limit: int) -> tuple[tuple[Route, ...], bool]:
        """At most ``limit`` shortest routes to any of the states, the shortest first, none through a thing twice; and
        whether there are no others."""
        ends = sorted(states)
        if len(ends) == 1 and (only := self._only(ends[0])) is not None:
            return (only,), True
        return self._shortest(ends, limit)

    def _only(self, state: State) -> Route | None:
        """The route to a state to which no other leads."""
        pending: list[State] = []
        at = state
        while at not in self._single:
            links = self._into[at]
            if len(links) != 1 or len(pending) > 1_000:
                self._single[at] = None
                break
            pending.append(at)
            at = links[0].before
        for one in reversed(pending):
            before = self._single[self._into[one][0].before]
            self._single[one] = None if before is None else (*before, self._into[one][0])
        return self._single[state]

    def _shortest(self, ends: list[State], limit: int) -> tuple[tuple[Route, ...], bool]:
        """Best first, from the ends to the roots: what is left of a route is never shorter than the hops say."""
        order = count()
        heap: list[tuple[int, int, State, Route]] = []
        for end in ends:
            heappush(heap, (self.hops[end], next(order), end, ()))
        found: dict[tuple[tuple[str, str], ...], Route] = {}
        steps = 0
        while heap:
            _, _, state, route = heappop(heap)
            if state in self._root_set:
                found.setdefault(tuple((link.before.name, link.unit) for link in route), route)
                if len(found) > limit:
                    break
                continue
            steps += 1
            if steps > MAX_STEPS:
                break
            on_the_way = {state.name, *(link.after.name for link in route)}
            for link in sorted(self._into[state], key=lambda one: one.place):
                if link.before.name not in on_the_way or link.before in self._root_set:
                    length = len(route) + 1 + self.hops[link.before]
                    heappush(heap, (length, next(order), link.before, (link, *route)))
        return tuple(found.values())[:limit], len(found) <= limit and not heap
