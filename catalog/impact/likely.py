"""Types that nobody has told, as jobs nearby use the columns: a guess, for binding alone.

Columns that texts copy, compare or unite are of one kind; a class that is told or used as one kind has that type. So a
copy of a typed column has its type, and the source of a typed copy too. Columns that nobody lists, and that texts name,
are guessed with them.
"""

from collections.abc import Collection, Iterable, Mapping

from catalog.derivation.schemas import ColumnOf, Columns
from catalog.graph import Direction
from catalog.impact.delta import Delta, FieldDelta, Mark
from catalog.impact.hints import tables_joined_by
from catalog.impact.job_binder import JobBinder, Kindred
from catalog.impact.kinds import Kinds, Place
from catalog.impact.likely_keys import is_likely_key
from catalog.impact.placing import Placing
from catalog.impact.rules import is_copy
from catalog.impact.texts import Table, Text, Texts, job_text, listed
from catalog.impact.unlike import earlier_type
from catalog.lineage_view import View

HOPS = 8
"""Jobs away from those that are bound."""
MAX_JOBS = 300
"""Jobs that are looked at for one answer."""


class LikelyTypes:
    """Of columns near the jobs that are bound."""

    def __init__(self, view: View, texts: Texts, binder: JobBinder) -> None:
        self._view = view
        self._texts = texts
        self._binder = binder
        self._kinds = Kinds()
        self._placing = Placing(self._kinds)
        self._jobs: set[str] = set()
        self._datasets: set[str] = set()
        self._natural: list[tuple[frozenset[str], frozenset[str]]] = []
        """Datasets that one text joins by the names of their columns, and the names of tables by whose keys."""

    def learn(self, texts: Collection[Text]) -> None:
        """Read what is said around the tables of these texts of which not all types are told."""
        frontier = self._untyped(dataset for text in texts for _, dataset in text.tables) - self._datasets
        for _ in range(HOPS):
            room = MAX_JOBS - len(self._jobs)
            if not frontier or room <= 0:
                break
            self._datasets |= frontier
            self._copies(frontier)
            keys = self._view.classes.keys(frontier)
            around = {edge.target for edge in self._view.reads(keys, Direction.OUT)}
            around |= {edge.source for edge in self._view.writes(keys, Direction.IN)}
            fresh = sorted(around - self._jobs)[:room]
            self._jobs.update(fresh)
            found = list(self._texts.of(fresh).values())
            self._read(found)
            reached = {dataset for text in found for dataset in _all_of(text)}
            frontier = self._untyped(reached) - self._datasets

    def tables(
        self,
        tables: Mapping[str, Table],
        deltas: Mapping[str, Delta],
        *,
        near: bool = False,
        old: str | None = None,
    ) -> dict[str, Table]:
        """The same, with guesses where no type is told, and with columns that are not listed. ``deltas``: a new type
        says what the old one was not. ``near``: types of what is of one kind with a changed column alone; ``old``: this
        is what changed columns were."""
        changed = {
            (dataset, column): one
            for dataset, delta in deltas.items()
            for column, one in self._marked(delta, Mark.RETYPED).items()
        }
        for dataset, column in changed:
            self._placing.columns[dataset].add(column)
            self._share(dataset, column)
        for dataset, delta in deltas.items():
            self._placing.columns[dataset] |= set(self._marked(delta, Mark.REMOVED))
        self._placing.settle()
        before = {place: one.was or old or self._earlier(place, one.type) for place, one in changed.items()}
        supposed = {self._kinds.root(place): kind for place, kind in before.items()}
        found = {}
        for name, table in tables.items():
            columns = [
                ColumnOf(each.name, each.type or before.get((name, each.name.casefold())))
                for each in self._widened(name, table, tables)
            ]
            found[name] = Table(
                tuple(each if each.type else self._typed(name, each, supposed, near) for each in columns),
                table.whole,
            )
        return found

    def _share(self, dataset: str, column: str) -> None:
        """A column that is called like a key is one of the tables too with which a natural join puts its table."""
        for joined, names in self._natural:
            if dataset in joined and is_likely_key(column, names):
                for other in sorted(joined - self._placing.whole):
                    self._placing.columns[other].add(column)
                    self._kinds.same([(dataset, column), (other, column)])

    def _typed(
        self, name: str, column: ColumnOf, supposed: Mapping[Place, str | None], near: bool
    ) -> ColumnOf:
        place = name, column.name.casefold()
        root = self._kinds.root(place)
        if near and root not in supposed:
            return column
        used = self._kinds.type_of(place)
        kind = (supposed.get(root) or used) if near else (used or supposed.get(root))
        kind = kind or self._kinds.named_type(place)
        return ColumnOf(column.name, kind)

    def _earlier(self, place: Place, new: str | None) -> str | None:
        return earlier_type(self._kinds.type_of(place), self._kinds.named_type(place), new)

    def _marked(self, delta: Delta, mark: Mark) -> dict[str, FieldDelta]:
        """The columns, folded, of which a delta says so."""
        paths = self._view.classes.paths(delta.fields)
        return {
            paths[field].casefold(): one
            for field, one in delta.fields.items()
            if mark in one.marks and "." not in paths[field]
        }

    def _widened(self, name: str, table: Table, others: Collection[str]) -> Columns:
        """With the columns that texts name; without those of lineage that texts place in another table."""
        if table.whole:
            return table.columns
        own, known = self._placing.columns[name], {column.name.casefold() for column in table.columns}
        elsewhere = set().union(*(self._placing.columns[other] for other in others if other != name)) - own
        kept = [
            column for column in table.columns if column.name.casefold() not in elsewhere & table.by_lineage
        ]
        return (*kept, *map(ColumnOf, sorted(own - known)))

    def _untyped(self, datasets: Iterable[str]) -> set[str]:
        return {
            name
            for name, table in self._texts.tables(datasets).items()
            if not table.whole or any(column.type is None for column in table.columns)
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
                self._kinds.same([one, other])

    def _read(self, texts: Collection[Text]) -> None:
        tables = self._texts.tables(dataset for text in texts for dataset in _all_of(text))
        for name, table in tables.items():
            self._placing.by_lineage[name] = table.by_lineage
            self._placing.columns[name] |= {column.name.casefold() for column in listed(table).columns}
            if table.whole:
                self._placing.whole.add(name)
        known = {name: listed(table) for name, table in tables.items()}
        asked = [job_text(text, known, {}, {}, after_change=False) for text in texts]
        for text, found in zip(texts, self._binder.kin(asked), strict=True):
            if text.is_natural:
                datasets = frozenset(dataset for _, dataset in text.tables)
                self._natural.append((datasets, frozenset(tables_joined_by(text, found))))
            homes = {**text.named, **text.writes}
            if text.target is not None:
                homes[()] = text.target
            self._take(found, homes)

    def _take(self, told: Kindred, homes: Mapping[tuple[str, ...], str]) -> None:
        """What one text tells."""
        for kin in told.classes:
            places = sorted({(homes[table], column) for table, column in kin.columns if table in homes})
            for dataset, column in places:
                if dataset not in self._placing.whole:
                    self._placing.columns[dataset].add(column)
            for tables, column in sorted(kin.open):
                places.append(self._placing.ask([homes.get(table, "") for table in tables], column))
            if places:
                self._kinds.same(places)
                self._kinds.note(places[0], kin.evidence)
        for passed in sorted(told.passed, key=lambda one: (one.target, one.source, sorted(one.but))):
            self._placing.pass_on(passed, homes)


def _all_of(text: Text) -> set[str]:
    return {dataset for _, dataset in text.tables} | ({text.target} if text.target is not None else set())
