"""The SQL of a job as it binds before a change and after it."""

from collections.abc import Mapping
from dataclasses import dataclass

from catalog.impact.job_binder import Binding, BindStatus, BoundCast, BoundColumn, new_casts

Columns = tuple[BoundColumn, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """Of the columns that are written to one table, by name, folded. ``retyped``, ``added``: name → type after."""

    removed: frozenset[str]
    retyped: Mapping[str, str | None]
    added: Mapping[str, str | None]
    moved: bool

    def __bool__(self) -> bool:
        return bool(self.removed or self.retyped or self.added or self.moved)


@dataclass(frozen=True, slots=True)
class Bound:
    """``writes``: class of a dataset → the name that its columns have in the bindings; ``whole``: all columns of all
    tables are known; ``guessed``: types that nobody has told were taken from the way in which columns are used."""

    before: Binding
    after: Binding
    writes: Mapping[str, tuple[str, ...]]
    whole: bool
    guessed: bool = False

    @property
    def refused(self) -> bool:
        """Whether the change is why the text does not bind."""
        return self.before.status is BindStatus.BOUND and self.after.status is BindStatus.REFUSED

    @property
    def refuses_type(self) -> bool:
        """Whether the new type may be why it does not bind. A text that runs and does not bind before the change is
        bound with too little known: with a type more it is refused in other words."""
        both = self.before.status is self.after.status is BindStatus.REFUSED
        return both and not self.whole and self.before.message != self.after.message

    @property
    def takes_it(self) -> bool:
        """Whether it binds as before."""
        return self.before.status is BindStatus.BOUND and self.after.status is BindStatus.BOUND

    @property
    def is_final(self) -> bool:
        """Whether it decides alone: the job's own database says so, knowing all columns."""
        exact = self.after.exact and (self.refused or self.before.exact)
        return (self.refused or self.takes_it) and exact and self.whole and not self.guessed

    @property
    def has_all_names(self) -> bool:
        """Whether no name is missing after the change; of which types, is no matter. Where not all columns are known,
        those count that texts say a table has."""
        return self.takes_it and self.after.exact and (self.whole or self.guessed)

    @property
    def knows_all_columns(self) -> bool:
        """Whether it takes the change, and all columns of all its tables are known."""
        return self.has_all_names and self.whole

    @property
    def fails_on_any_value(self) -> bool:
        """Whether it has a cast that it had not, and that no value passes."""
        return any(cast.certain for cast in self._new_casts())

    @property
    def is_likely_to_fail(self) -> bool:
        """Whether it has a cast that it had not, of values that nobody has made to fit."""
        return any(cast.likely for cast in self._new_casts())

    @property
    def may_fail_on_values(self) -> bool:
        """Whether it has a cast that it had not."""
        return bool(self._new_casts())

    def _new_casts(self) -> frozenset[BoundCast]:
        return new_casts(self.before, self.after) if self.takes_it else frozenset()

    def difference(self, dataset: str) -> Difference | None:
        """What is other in what it writes to a dataset; None: not known."""
        before, after = self._written(dataset)
        if before is None or after is None or not self.takes_it:
            return None
        old, new = _by_name(before), _by_name(after)
        both = [one for one in old if one in new]
        return Difference(
            frozenset(old.keys() - new.keys()),
            {one: new[one].type for one in both if old[one].type != new[one].type},
            {column.name: column.type for one, column in new.items() if one not in old},
            both != [one for one in new if one in old],
        )

    def names(self, dataset: str) -> frozenset[str]:
        """The columns, folded, that it is known to write to a dataset before and after."""
        before, after = (frozenset(_by_name(one or ())) for one in self._written(dataset))
        return before & after

    def _written(self, dataset: str) -> tuple[Columns | None, Columns | None]:
        """What it writes before and after; what is known of it, if there is more that is the same in both."""
        name = self.writes.get(dataset, ())
        before, after = self.before.writes.get(name), self.after.writes.get(name)
        if before is None and after is None:
            return self.before.some.get(name), self.after.some.get(name)
        return before, after


def _by_name(columns: Columns) -> dict[str, BoundColumn]:
    found: dict[str, BoundColumn] = {}
    for column in columns:
        found.setdefault(column.name.casefold(), column)
    return found
