"""Which datasets have something from which, as a whole: to tell of very many at once to which of them nothing can come.

What is held is a few names of each dataset, and none of its fields: a mesh of 200,000 fits into memory.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import TypeAlias

from catalog.governance.unseen import unseen_beside
from catalog.graph import Direction
from catalog.lineage_view import View
from catalog.store.port import Reader, batched
from ontology.vocabulary import Origin, Rel

_PAGE = 2_000
"""Datasets that are read at once."""


class Upstream:
    """Of datasets (names of classes) and all that they have something from, by values that flow from field to field.

    ``unseen``: those of which nothing tells all that comes into them, or that have no field that is known.
    """

    def __init__(self, reader: Reader, at: int | None) -> None:
        self._reader = reader
        self._at = at
        self._takers: dict[str, list[str]] = defaultdict(list)
        self.homes: set[str] = set()
        self.unseen: set[str] = set()

    def read(self, datasets: Collection[str]) -> None:
        """Learn of these datasets, and of all upstream of them."""
        frontier = set(datasets) - self.homes
        while frontier:
            self.homes |= frontier
            givers: set[str] = set()
            for part in batched(sorted(frontier), _PAGE):
                givers |= self._read(part)
            frontier = givers - self.homes

    def reached(self, origins: Iterable[str]) -> set[str]:
        """These datasets, and those of the known ones that have something from them."""
        found = set(origins)
        waiting = list(found)
        while waiting:
            for taker in self._takers.get(waiting.pop(), ()):
                if taker not in found:
                    found.add(taker)
                    waiting.append(taker)
        return found

    def _read(self, datasets: list[str]) -> set[str]:
        """The datasets that these have something from. A view of its own: what it knows of fields is not kept."""
        view = View(self._reader, self._at)
        view.classes.close_datasets(datasets)
        bare, flows = _flows(view, datasets)
        self.unseen |= bare
        pairs: set[tuple[str, str]] = set()
        told: set[tuple[str | None, str | None]] = set()
        for source, target, via, parsed in flows:
            if source is None or target is None:
                self.unseen |= {one for one in (source, target) if one is not None}
                continue
            pairs.add((source, target))
            if not parsed:
                told.add((via, target))
        for source, target in pairs:
            self._takers[source].append(target)
        self.unseen |= unseen_beside(view, datasets, told).keys()
        return {source for source, _ in pairs}


_Flow: TypeAlias = tuple[str | None, str | None, str | None, bool]
"""That values flow from a dataset to another: who tells it, and whether that was found in SQL."""


def _flows(view: View, datasets: list[str]) -> tuple[set[str], set[_Flow]]:
    """Those of the datasets that have no field that is known, and what values flow into fields of the others."""
    classes = view.classes
    if classes.has_renames or any(len(classes.members(name)) > 1 for name in datasets):
        return _flows_by_classes(view, datasets)
    told = view.reader.entering(datasets, Rel.HAS_FIELD, Rel.FEEDS, view.at)
    entering = [(one.source, one) for one in told if one.source is not None]
    classes.close_fields(source for source, _ in entering)
    home = classes.home
    flows: set[_Flow] = {
        (home(source), one.whole, one.via, one.origin == Origin.PARSED) for source, one in entering
    }
    return set(datasets) - {one.whole for one in told}, flows


def _flows_by_classes(view: View, datasets: list[str]) -> tuple[set[str], set[_Flow]]:
    """The same where datasets have several names."""
    known = view.fields(datasets)
    columns = view.feeds([field for fields in known.values() for field in fields], Direction.IN)
    home = view.classes.home
    return {name for name, fields in known.items() if not fields}, {
        (home(one.source), home(one.targets[0]), one.edge.via, one.edge.origin == Origin.PARSED)
        for one in columns
    }
