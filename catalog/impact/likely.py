"""Types that nobody has told, as jobs nearby use the columns: a guess, for binding alone.

Columns that texts copy, compare or unite are of one kind; a class that is told or used as one kind has that type. So a
copy of a typed column has its type, and the source of a typed copy too.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping

from catalog.graph import Direction
from catalog.impact.delta import Delta, Mark
from catalog.impact.job_binder import Evidence, JobBinder, Kin
from catalog.impact.rules import is_copy
from catalog.impact.texts import Table, Text, Texts, job_text, table_with
from catalog.lineage_view import View

HOPS = 3
"""Jobs away from those that are bound."""
MAX_JOBS = 300
"""Jobs that are looked at for one answer."""
Place = tuple[str, str]
"""The class of a dataset, and a column, folded."""


class LikelyTypes:
    """Of columns near the jobs that are bound."""

    def __init__(self, view: View, texts: Texts, binder: JobBinder) -> None:
        self._view = view
        self._texts = texts
        self._binder = binder
        self._classes = _Classes()
        self._jobs: set[str] = set()
        self._datasets: set[str] = set()

    def learn(self, texts: Collection[Text]) -> None:
        """Read what is said around the tables of these texts of which not all types are told."""
        frontier = self._untyped(dataset for text in texts for _, dataset in text.tables) - self._datasets
        for _ in range(HOPS):
            room = MAX_JOBS - len(self._jobs)
            if not frontier or room <= 0:
                return
            self._datasets |= frontier
            self._copies(frontier)
            around = {
                edge.target for edge in self._view.reads(self._view.classes.keys(frontier), Direction.OUT)
            }
            around |= {
                edge.source for edge in self._view.writes(self._view.classes.keys(frontier), Direction.IN)
            }
            fresh = sorted(around - self._jobs)[:room]
            self._jobs.update(fresh)
            found = list(self._texts.of(fresh).values())
            self._read(found)
            reached = {dataset for text in found for dataset in _all_of(text)}
            frontier = self._untyped(reached) - self._datasets

    def tables(self, tables: Mapping[str, Table], deltas: Mapping[str, Delta]) -> dict[str, Table]:
        """The same, with guesses where no type is told. ``deltas``: a new type says what the old one was not."""
        supposed: dict[Place, str] = {}
        for dataset, delta in deltas.items():
            supposed.update(self._supposed(dataset, delta))
        return {name: self._guessed(name, table, supposed) for name, table in tables.items()}

    def _supposed(self, dataset: str, delta: Delta) -> dict[Place, str]:
        paths = self._view.classes.paths(delta.fields)
        found = {}
        for field, one in delta.fields.items():
            place = dataset, paths[field].casefold()
            if one.was is None and Mark.RETYPED in one.marks and self._classes.type_of(place) is None:
                found[self._classes.root(place)] = _earlier(one.type)
        return {place: kind for place, kind in found.items() if kind is not None}

    def _guessed(self, name: str, table: Table, supposed: Mapping[Place, str]) -> Table:
        types = {}
        for column in table.columns:
            if column.type is None:
                place = name, column.name.casefold()
                guess = self._classes.type_of(place) or supposed.get(self._classes.root(place))
                if guess is not None:
                    types[column.name] = guess
        return table_with(table, types)

    def _untyped(self, datasets: Iterable[str]) -> set[str]:
        tables = self._texts.tables(datasets)
        return {
            name for name, table in tables.items() if any(column.type is None for column in table.columns)
        }

    def _copies(self, datasets: Collection[str]) -> None:
        """Columns that jobs are told to copy as they are."""
        known = self._view.fields(datasets)
        fields = {field for found in known.values() for field in found}
        edges = self._view.columns(fields, Direction.OUT)
        pairs = [(c.source, target) for c in edges if is_copy(c.edge) for target in c.targets]
        paths = self._view.classes.paths({field for pair in pairs for field in pair})
        for source, target in pairs:
            homes = self._view.home(source), self._view.home(target)
            if homes[0] is not None and homes[1] is not None:
                one, other = (homes[0], paths[source].casefold()), (homes[1], paths[target].casefold())
                self._classes.same([one, other])

    def _read(self, texts: Collection[Text]) -> None:
        tables = self._texts.tables(dataset for text in texts for dataset in _all_of(text))
        asked = [job_text(text, tables, {}, {}, after_change=False) for text in texts]
        for text, found in zip(texts, self._binder.kin(asked), strict=True):
            homes = {tuple(part.casefold() for part in parts): dataset for parts, dataset in text.tables}
            homes.update(text.writes)
            if text.target is not None:
                homes[()] = text.target
            for each in found:
                self._classes.take(each, homes)


def _all_of(text: Text) -> set[str]:
    return {dataset for _, dataset in text.tables} | ({text.target} if text.target is not None else set())


def _earlier(new: str | None) -> str | None:
    """What a column was that gets this type, where nothing is known of it but that it was another."""
    kind = (new or "").upper()
    if kind.startswith(("TIMESTAMP", "DATETIME")):
        return "DATE"
    return "INTEGER" if kind.startswith(("DATE", "VARCHAR", "TEXT", "STRING")) else None


class _Classes:
    """Columns of one kind, put together as texts tell it."""

    def __init__(self) -> None:
        self._parents: dict[Place, Place] = {}
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
        self._types.clear()

    def take(self, kin: Kin, homes: Mapping[tuple[str, ...], str]) -> None:
        """What one text tells."""
        places = sorted({(homes[table], column) for table, column in kin.columns if table in homes})
        if places:
            self.same(places)
            self._evidence[self.root(places[0])].update(kin.evidence)

    def type_of(self, place: Place) -> str | None:
        """The type of a class: the one that is told most, else the one that it is used as; None: none, or of several
        kinds."""
        root = self.root(place)
        if root not in self._types:
            found = self._evidence.get(root, Counter())
            kinds = {one.family for one in found}
            best = max(found, key=lambda one: (one.told, found[one], one.type), default=None)
            self._types[root] = best.type if best is not None and len(kinds) == 1 else None
        return self._types[root]
