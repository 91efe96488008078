"""Of which table a bare column name is, that SQL takes from one of several whose columns are not all known."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from catalog.impact.job_binder import PassedOn
from catalog.impact.kinds import Kinds, Place

ROUNDS = 5
"""How far stars are followed from table to table."""
Candidates = frozenset[str]


@dataclass(slots=True)
class Placing:
    """``columns``: dataset → the columns that it is known or taken to have; ``whole``: datasets that have no others;
    ``by_lineage``: columns that it may have."""

    kinds: Kinds
    columns: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    whole: set[str] = field(default_factory=set)
    by_lineage: dict[str, frozenset[str]] = field(default_factory=dict)
    _waiting: dict[tuple[Candidates, str], None] = field(default_factory=dict)
    _stars: dict[tuple[str, str, frozenset[str], bool], None] = field(default_factory=dict)

    def ask(self, candidates: Iterable[str], column: str) -> Place:
        """A name that one of these datasets has. What stands for it until that is known."""
        asked = frozenset(candidates)
        self._waiting[asked, column] = None
        return _stand_in(asked, column)

    def pass_on(self, told: PassedOn, homes: Mapping[tuple[str, ...], str]) -> None:
        """A table that has the columns of another."""
        if told.target in homes and told.source in homes and homes[told.target] != homes[told.source]:
            self._stars[homes[told.target], homes[told.source], told.but, told.sole] = None

    def settle(self) -> None:
        """Place all names: where the column is known to be, else where others are that begin like it, else where none
        are that begin otherwise, else where lineage says, else anywhere."""
        self._follow()
        while any(self._place(key, self._holders(*key)) for key in list(self._waiting)):
            self._follow()
        ways = (self._holders, self._alike, self._not_unlike, self._told, self._any)
        for last in range(2, len(ways) + 1):
            for key in sorted(self._waiting, key=lambda one: (len(one[0]), sorted(one[0]), one[1])):
                any(self._place(key, holders(*key)) for holders in ways[:last])
        self._follow()

    def _follow(self) -> None:
        """What one table passes on to another both have, of one type."""
        for _ in range(ROUNDS):
            known = sum(map(len, self.columns.values()))
            for target, source, but, sole in self._stars:
                shared = self.columns[source] - but if target not in self.whole else set()
                down = sole and source not in self.whole
                shared |= self.columns[target] - but if down else set()
                shared |= (self.columns[target] & self.columns[source]) - but
                self.columns[target] |= shared if target not in self.whole else set()
                self.columns[source] |= shared if down else set()
                for column in shared:
                    self.kinds.same([(target, column), (source, column)])
            if known == sum(map(len, self.columns.values())):
                return

    def _holders(self, candidates: Candidates, column: str) -> list[str]:
        return [one for one in sorted(candidates) if column in self.columns[one]]

    def _alike(self, candidates: Candidates, column: str) -> list[str]:
        """Those with the most columns that begin like it: ``o_custkey`` is where ``o_orderkey`` is."""
        start = _start(column)
        if not start:
            return []
        for may in (False, True):
            found = Counter({one: self._starts(one, may=may)[start] for one in candidates})
            most = [one for one in sorted(candidates) if found[one] and found[one] == max(found.values())]
            if most:
                return most
        return []

    def _not_unlike(self, candidates: Candidates, column: str) -> list[str]:
        """Those that are not known to have columns that all begin otherwise."""
        start = _start(column)
        if not start:
            return []
        starts = {one: self._starts(one, may=True) for one in candidates}
        return [one for one in sorted(candidates) if not (len(starts[one]) == 1 and "" not in starts[one])]

    def _starts(self, dataset: str, *, may: bool) -> Counter[str]:
        """How many of its columns begin how. ``may``: with those that it may have."""
        columns = self.columns[dataset] | (self.by_lineage.get(dataset, frozenset()) if may else frozenset())
        return Counter(map(_start, columns))

    def _told(self, candidates: Candidates, column: str) -> list[str]:
        return [one for one in sorted(candidates) if column in self.by_lineage.get(one, ())]

    def _any(self, candidates: Candidates, column: str) -> list[str]:
        """That of which least is known."""
        return sorted(candidates - {""}, key=lambda one: (len(self.columns[one]), one))[:1]

    def _place(self, key: tuple[Candidates, str], holders: Collection[str]) -> bool:
        if len(holders) != 1 or "" in holders:
            return False
        (holder,) = holders
        candidates, column = key
        del self._waiting[key]
        self.columns[holder].add(column)
        self.kinds.same([(holder, column), _stand_in(candidates, column)])
        return True


def _start(column: str) -> str:
    """What stands before the first underscore; blank where there is none."""
    start, _, rest = column.partition("_")
    return start if rest else ""


def _stand_in(candidates: Candidates, column: str) -> Place:
    return "\0".join(sorted(candidates)), column
