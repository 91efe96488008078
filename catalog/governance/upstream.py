"""Which datasets have something from which, as a whole: to tell of very many at once to which of them nothing can come.

What is held is a few names of each dataset, and none of its fields: a mesh of 200,000 fits into memory.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable

from catalog.governance.unseen import unseen_beside
from catalog.graph import Direction
from catalog.lineage_view import View
from catalog.store.port import Reader, batched
from ontology.vocabulary import Origin

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
        known = view.fields(datasets)
        self.unseen |= {name for name, fields in known.items() if not fields}
        columns = view.feeds([field for fields in known.values() for field in fields], Direction.IN)
        home = view.classes.home
        pairs: set[tuple[str, str]] = set()
        told: set[tuple[str | None, str | None]] = set()
        for column in columns:
            source, target = home(column.source), home(column.targets[0])
            if source is None or target is None:
                self.unseen |= {one for one in (source, target) if one is not None}
                continue
            pairs.add((source, target))
            if column.edge.origin != Origin.PARSED:
                told.add((column.edge.via, target))
        for source, target in pairs:
            self._takers[source].append(target)
        self.unseen |= unseen_beside(view, datasets, told).keys()
        return {source for source, _ in pairs}
