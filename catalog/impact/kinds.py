"""Columns of one kind, put together as texts tell it, and the type that a class has: as it is told, used, or named."""

from collections import Counter, defaultdict
from collections.abc import Iterable

from catalog.impact.job_binder import Evidence
from catalog.impact.named import type_by_name

Place = tuple[str, str]
"""The class of a dataset, and a column, folded."""
TOLD = 4
"""How many uses a type weighs that is told."""


class Kinds:
    """Classes of columns."""

    def __init__(self) -> None:
        self._parents: dict[Place, Place] = {}
        self._members: dict[Place, list[Place]] = {}
        self._evidence: defaultdict[Place, Counter[Evidence]] = defaultdict(Counter)
        self._types: dict[Place, str | None] = {}

    def root(self, place: Place) -> Place:
        """The column that stands for the class."""
        while (above := self._parents.setdefault(place, place)) != place:
            self._parents[place] = self._parents.setdefault(above, above)
            place = above
        return place

    def same(self, places: Iterable[Place]) -> None:
        """They are of one kind."""
        roots = [self.root(place) for place in places]
        for other in roots[1:]:
            one, gone = self.root(roots[0]), self.root(other)
            if one != gone:
                self._parents[gone] = one
                self._evidence[one].update(self._evidence.pop(gone, Counter()))
                self._members.setdefault(one, [one]).extend(self._members.pop(gone, [gone]))
        self._types.clear()

    def note(self, place: Place, evidence: Iterable[Evidence]) -> None:
        """What says of which type a column is."""
        self._evidence[self.root(place)].update(evidence)
        self._types.clear()

    def type_of(self, place: Place) -> str | None:
        """The type of a class: that of the family for which most speaks, as it is told, else as it is used. Where as
        much speaks for two, the one that the names say; None: nothing says one."""
        root = self.root(place)
        if root not in self._types:
            self._types[root] = self._chosen(self._evidence.get(root, Counter()), self._named(root))
        return self._types[root]

    def named_type(self, place: Place) -> str | None:
        """What the names of the columns of a class say of its type, if no text says anything."""
        return self._named(self.root(place))

    def _named(self, root: Place) -> str | None:
        found = Counter(
            kind
            for _, column in self._members.get(root, [root])
            if (kind := type_by_name(column)) is not None
        )
        return max(found, key=lambda kind: (found[kind], kind), default=None)

    def _chosen(self, found: Counter[Evidence], named: str | None) -> str | None:
        weights: Counter[str] = Counter()
        for one, count in found.items():
            weights[one.family] += count * TOLD if one.told else count
        best = [family for family, weight in weights.items() if weight == max(weights.values())]
        if len(best) > 1:
            best = [one.family for one in found if one.family in best and one.type == named][:1]
        fitting = [one for one in found if one.family in best]
        chosen = max(fitting, key=lambda one: (one.told, found[one], one.type), default=None)
        return chosen.type if chosen is not None else None
