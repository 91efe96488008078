"""What happens to datasets and their fields, of the proposal and downstream, for what is built on them to look up."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from msgspec.structs import replace

from catalog.aliases import is_dataset
from catalog.impact.change import Change, ChangeKind
from catalog.impact.delta import Delta, Mark
from catalog.impact.report import Affected, Story
from catalog.impact.severity import RANK, Certainty, Severity
from catalog.impact.spoken import spoken_change
from catalog.lineage_view import View
from ontology.vocabulary import Label

_K = ChangeKind
SEVERITY: dict[ChangeKind, Severity] = {
    **dict.fromkeys((_K.DATASET_REMOVED, _K.DATASET_MOVED), Severity.BREAKS),
    **dict.fromkeys((_K.FIELD_REMOVED, _K.FIELD_RENAMED), Severity.CHANGES_SCHEMA),
    **dict.fromkeys((_K.TYPE_WIDENED, _K.TYPE_NARROWED, _K.TYPE_INCOMPATIBLE), Severity.CHANGES_SCHEMA),
    **dict.fromkeys((_K.ROWS_CHANGED, _K.KEY_CHANGED, _K.QUERY_CHANGED), Severity.CHANGES_ROWS),
    **dict.fromkeys((_K.VALUES_CHANGED, _K.DEFAULT_CHANGED, _K.FIELD_NULLABLE), Severity.CHANGES_VALUES),
    **dict.fromkeys((_K.ENUM_VALUE_ADDED, _K.ENUM_VALUE_REMOVED), Severity.CHANGES_VALUES),
    _K.CONSTRAINT_RELAXED: Severity.CHANGES_VALUES,
}
"""What a change is to who uses the very thing that is changed; COMPATIBLE where it is not here."""
WHOLE = frozenset((Severity.BREAKS, Severity.STALE, Severity.CHANGES_ROWS, Severity.UNKNOWN))
"""What happens to a dataset with all its fields."""
_MOST_SAID = 3


def severity_of(changes: Iterable[Change]) -> Severity:
    """The worst of them."""
    found = [SEVERITY.get(change.kind, Severity.COMPATIBLE) for change in changes]
    return min(found, key=RANK.__getitem__, default=Severity.COMPATIBLE)


def said(changes: Sequence[Change]) -> str:
    """Changes in words, the first of them where there are many."""
    more = f" and {len(changes) - _MOST_SAID} more changes" if len(changes) > _MOST_SAID else ""
    return ", ".join(spoken_change(change) for change in changes[:_MOST_SAID]) + more


class Touched:
    """The datasets and fields that a proposal changes, as if they were items, and the items downstream of them.

    A dataset is found under any of its names. ``changes``: those of each dataset of the proposal; ``deltas``: what
    becomes of the columns, as far as the walk tells it; all by the name of its class.
    """

    def __init__(
        self, view: View, changes: Iterable[Change], deltas: Mapping[str, Delta], items: Collection[Affected]
    ) -> None:
        self._view = view
        self._name: dict[str, str] = {}
        self.deltas = deltas
        self.changes: dict[str, list[Change]] = defaultdict(list)
        self.datasets: dict[str, Affected] = {}
        self._fields: dict[str, dict[str, Affected]] = defaultdict(dict)
        for change in changes:
            if is_dataset(change.subject):
                self.changes[view.classes.name(change.subject)].append(change)
        known = view.fields(self.changes)
        fields = {item.key for item in items if item.key.startswith("field/")}
        fields |= {key for delta in deltas.values() for key in delta.fields}
        self._paths = view.classes.paths(fields | {key for keys in known.values() for key in keys})
        for item in items:
            self._take(item)
        for name, own in self.changes.items():
            self._begin(name, own, {self._paths[key]: key for key in known[name]})
        self._open()

    def _open(self) -> None:
        """What is known in whole of a dataset that new SQL makes is not marked as open."""
        for name, item in list(self.datasets.items()):
            delta = self.deltas.get(name)
            if item.unknown and name in self.changes and delta and Mark.UNKNOWN not in delta.whole:
                self._know(name, replace(item, unknown=False))

    def name(self, keys: Iterable[str]) -> str | None:
        """The name of the class of a dataset that is touched and has one of these keys."""
        return next((self._name[key] for key in keys if key in self._name), None)

    def by_key(self) -> dict[str, Affected]:
        """What happens to the touched datasets, under each of their names."""
        return {key: self.datasets[name] for key, name in self._name.items()}

    def field_key(self, change: Change) -> str | None:
        """The field that a change is of; None where no such field is known."""
        found = (
            None if change.path is None else self.field(self._view.classes.name(change.subject), change.path)
        )
        return found.changed[0] if found is not None and found.changed else None

    def field(self, name: str, path: str) -> Affected | None:
        """What happens to a field of a dataset, by its path in any case."""
        return self._fields[name].get(path.casefold())

    def path(self, field: str) -> str:
        """The path of a field; empty for one that no one knows."""
        return self._paths.get(field, "")

    def is_root(self, name: str) -> bool:
        """Whether the proposal itself changes the dataset."""
        return name in self.changes

    def _take(self, item: Affected) -> None:
        classes = self._view.classes
        if is_dataset(item.key):
            self._know(classes.name(item.key), item)
        elif item.key.startswith("field/"):
            home = classes.home(classes.name(item.key))
            path = self._paths.get(item.key)
            if home is not None and path is not None:
                self._fields[home][path.casefold()] = item

    def _know(self, name: str, item: Affected) -> None:
        self.datasets[name] = item
        for key in (item.key, *item.aliases, *self._view.classes.members(name)):
            self._name[key] = name

    def _begin(self, name: str, changes: list[Change], known: Mapping[str, str]) -> None:
        """The dataset and fields of the proposal, as they are to who uses them. ``known``: path → field."""
        fields = {
            one.path: known.get(one.path, f"{name}#{one.path}") for one in changes if one.path is not None
        }
        changed = tuple(sorted(key for path, key in fields.items() if path in known))
        reached = self.datasets.get(name)
        own = _item(changes[0].subject, Label.DATASET, changes, changed)
        if reached is None or RANK[own.severity] <= RANK[reached.severity]:
            self._know(name, own)
        for path, key in fields.items():
            of_it = [change for change in changes if change.path == path]
            self._fields[name][path.casefold()] = _item(
                key, Label.FIELD, of_it, (key,) if path in known else ()
            )


def _item(key: str, label: str, changes: list[Change], changed: tuple[str, ...]) -> Affected:
    unknown = any(change.kind is ChangeKind.QUERY_CHANGED for change in changes)
    severity = severity_of(changes)
    return Affected(
        *(key, label, (), severity, unknown, Certainty.PROVEN, 0, Story(said(changes), changed, ((),))),
    )
