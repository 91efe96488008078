"""What a proposal does to the datasets that it names: their first deltas. What makes no sense is refused."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches

from catalog.aliases import is_dataset
from catalog.coverage import Reason, spoken, unseen_columns
from catalog.derivation.causes import is_sent
from catalog.errors import InvalidQuery, UnknownNode
from catalog.graph import Edge
from catalog.identity import DatasetId
from catalog.impact.change import Change, ChangeKind, Proposal
from catalog.impact.delta import Delta, FieldDelta, Mark, joined
from catalog.impact.snapshots import snapshots
from catalog.lineage_view import View
from catalog.search import search
from catalog.tokens import tokens
from ontology.vocabulary import Label, Origin

_K = ChangeKind
GOES = frozenset((_K.FIELD_REMOVED, _K.FIELD_RENAMED))
RETYPES = frozenset((_K.TYPE_WIDENED, _K.TYPE_NARROWED, _K.TYPE_INCOMPATIBLE))
VANISHES = frozenset((_K.DATASET_REMOVED, _K.DATASET_MOVED))
REVALUES = frozenset(
    (
        _K.VALUES_CHANGED,
        _K.FIELD_NULLABLE,
        _K.ENUM_VALUE_ADDED,
        _K.ENUM_VALUE_REMOVED,
        _K.CONSTRAINT_RELAXED,
        _K.DEFAULT_CHANGED,
    )
)
"""After these a column may hold what it never held."""
OF_ROWS = frozenset((_K.ROWS_CHANGED, _K.KEY_CHANGED))
"""After these there may be other rows, or several where there was one."""
WORDS = frozenset(
    (
        _K.MEANING_CHANGED,
        _K.FIELD_REQUIRED,
        _K.CONSTRAINT_TIGHTENED,
        _K.CLASSIFICATION_RAISED,
        _K.CLASSIFICATION_LOWERED,
        _K.PARTITION_CHANGED,
        _K.SLO_TIGHTENED,
        _K.SLO_RELAXED,
        _K.SLO_REMOVED,
        _K.PORT_REMOVED,
        _K.OWNER_CHANGED,
        _K.LICENCE_CHANGED,
        _K.CONTRACT_CHANGED,
    )
)
"""These change no data and no columns: jobs go on as before. What they mean for contracts is told apart."""

_NONE_KNOWN = "No field of it is known."


@dataclass(frozen=True, slots=True)
class Start:
    """Where the walk begins. ``deltas`` by class of datasets; ``proposal`` with the paths
    as they are known; ``reasons``: what of it could not be checked."""

    proposal: Proposal
    deltas: Mapping[str, Delta]
    reasons: tuple[Reason, ...]


def start(view: View, proposal: Proposal) -> Start:
    """The deltas that a proposal begins with. Raises UnknownNode (with near names) and InvalidQuery, with all that is
    wrong."""
    if not proposal.changes and not proposal.said:
        raise InvalidQuery("Nothing is changed.", "Name a field to drop, rename or retype.")
    unknown = {change.kind for change in proposal.changes} - _HANDLED
    assert not unknown, unknown
    subjects = _subjects(view, proposal.changes)
    by_dataset: defaultdict[str, list[Change]] = defaultdict(list)
    for change in proposal.changes:
        if change.subject in subjects:
            by_dataset[subjects[change.subject]].append(change)
    tables = {name: _Table(view, name, changes) for name, changes in by_dataset.items()}
    for table in tables.values():
        table.check()
    changes = tuple(
        tables[subjects[change.subject]].placed(change) if change.subject in subjects else change
        for change in proposal.changes
    )
    deltas = {name: delta for name, table in tables.items() if (delta := table.delta())}
    reasons = tuple(reason for table in tables.values() for reason in table.reasons)
    return Start(replace(proposal, changes=changes), deltas, reasons)


def _subjects(view: View, changes: Sequence[Change]) -> dict[str, str]:
    """The classes of the datasets that the changes name."""
    keys = {change.subject for change in changes}
    known = view.reader.nodes(keys)
    touching = {change.subject for change in changes if change.kind not in WORDS}
    for key in sorted(touching):
        if key not in known or not is_dataset(key):
            raise UnknownNode(f"No dataset {spoken(key)} is known.", _near_datasets(view, key))
    datasets = {key for key in keys if is_dataset(key) and key in known}
    view.classes.close_datasets(datasets)
    return {key: view.classes.name(key) for key in datasets}


def _near_datasets(view: View, key: str) -> str:
    words = tokens(spoken(key).rsplit("/", 1)[-1])
    text = next((word[:8] for word in sorted(words, key=len, reverse=True)), "")
    hits = search(view.reader, text, labels=(Label.DATASET,), limit=100).hits if text else ()
    names = {str(hit.node.properties.get("name", "")): hit.node.key for hit in hits}
    near = get_close_matches(spoken(key).rsplit("/", 1)[-1], names, n=3)
    if near:
        return f"Did you mean {', '.join(spoken(names[one]) for one in near)}?"
    return "Search for its name."


class _Table:
    """One dataset, and what is proposed for it."""

    def __init__(self, view: View, name: str, changes: Sequence[Change]) -> None:
        self._view = view
        self._name = name
        self._changes = changes
        told = view.field_edges([name])
        found = view.fields([name])[name]
        self._fields = {path: key for key, path in view.classes.paths(found).items()}
        self._types, self._has_schema = self._told_types(told)
        self.reasons: list[Reason] = []

    def _told_types(self, told: Iterable[Edge]) -> tuple[dict[str, set[str]], bool]:
        """Path → types as the schemas tell them; and whether any says which columns there are: one that was sent with
        types (else it may be a list of those that somebody has described), or was inferred, but for a snapshot."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        paths = {key: path for path, key in self._fields.items()}
        has_schema = False
        inferred = set[str]()
        for edge in told:
            type_ = dict(edge.properties).get("type")
            if type_ is not None:
                found[paths[self._view.classes.name(edge.target)]].add(str(type_))
            has_schema |= type_ is not None and is_sent(edge)
            inferred |= {edge.via} if edge.origin == Origin.PARSED else set()
        has_schema |= bool(inferred - snapshots(self._view.reader, inferred))
        return dict(found), has_schema

    def placed(self, change: Change) -> Change:
        """With the path as it is known."""
        path = None if change.path is None else self._known_path(change.path)
        return replace(change, path=path)

    def _known_path(self, path: str) -> str:
        """The path, or the only known one that is the same but for case."""
        if path in self._fields:
            return path
        alike = [one for one in self._fields if one.casefold() == path.casefold()]
        return alike[0] if len(alike) == 1 else path

    def check(self) -> None:
        """Raises UnknownNode and InvalidQuery."""
        named = [change for change in self._changes if change.path is not None]
        wanted = [change for change in named if change.kind is not ChangeKind.FIELD_ADDED]
        missing = sorted(
            {p for change in wanted if (p := self._known_path(change.path or "")) not in self._fields}
        )
        said = {self._known_path(one.path or "") for one in wanted if one.place is None}
        if self._has_schema and not said.isdisjoint(missing):
            raise UnknownNode(
                f"{spoken(self._name)} has no field {', '.join(missing)}.", _near(missing, self._fields)
            )
        if missing:
            self.reasons.append(unseen_columns(self._name, missing))
        wrong = [*self._contradictions(named), *self._wrong_types(named)]
        if any(change.kind in VANISHES for change in self._changes) and named:
            wrong.append("A dataset that goes away has no fields to change.")
        if wrong:
            raise InvalidQuery(
                " ".join(wrong), "Say each change once, as the dataset will be after all of them."
            )

    def _contradictions(self, named: Sequence[Change]) -> list[str]:
        distinct = sorted({(self._path(one), one.kind, one.after) for one in named}, key=repr)
        goes = [(path, kind, after) for path, kind, after in distinct if kind in GOES]
        gone = {path for path, _, _ in goes}
        times = Counter(path for path, _, _ in goes)
        found = [f"{path} is removed twice." for path in sorted(gone) if times[path] > 1]
        moves = [(path, after or "") for path, kind, after in goes if kind is ChangeKind.FIELD_RENAMED]
        news = Counter(after for _, after in moves)
        for path, after in moves:
            if after in self._fields and after not in gone - {path}:
                found.append(f"{path} cannot become {after}: there is a field of that name.")
            elif news[after] > 1:
                found.append(f"{path} cannot become {after}: another field becomes that too.")
        for path, kind, _ in distinct:
            if kind is ChangeKind.FIELD_ADDED and path in self._fields and path not in gone:
                found.append(f"{path} cannot be added: there is a field of that name.")
        return found

    def _wrong_types(self, named: Sequence[Change]) -> list[str]:
        """Retypes that change nothing, and those that another change contradicts. A contract may come to promise what
        the data has already."""
        retypes = sorted({(self._path(one), one.after or "") for one in named if one.kind in RETYPES})
        promised = {
            self._path(one)
            for one in named
            if one.before is not None and one.before.casefold() != (one.after or "").casefold()
        }
        dropped = {self._path(one) for one in named if one.kind is ChangeKind.FIELD_REMOVED}
        times = Counter(path for path, _ in retypes)
        found = [f"{path} gets two types." for path in sorted(times) if times[path] > 1]
        for path, type_ in retypes:
            told = self._types.get(path, ())
            if path in dropped:
                found.append(f"{path} is removed, so it gets no other type.")
            elif path not in promised and told and all(type_.casefold() == one.casefold() for one in told):
                found.append(f"{path} is {min(told)} already, so this is no change of it.")
        return found

    def _path(self, change: Change) -> str:
        return self._known_path(change.path or "")

    def delta(self) -> Delta:
        """What happens to the dataset and its fields."""
        return joined([Delta(), *(self._delta_of(change) for change in self._changes)])

    def _delta_of(self, change: Change) -> Delta:
        kind = change.kind
        if kind in VANISHES:
            fields = dict.fromkeys(self._fields.values(), FieldDelta(frozenset((Mark.REMOVED,))))
            return Delta(frozenset((Mark.GONE,)), fields)
        if kind in OF_ROWS or (kind in REVALUES and change.path is None):
            return Delta(frozenset((Mark.ROWS,)))
        if kind is ChangeKind.QUERY_CHANGED:
            return Delta(frozenset((Mark.ROWS, Mark.UNKNOWN)))
        if kind is ChangeKind.FIELD_MOVED:
            return Delta(frozenset((Mark.MOVED,)))
        if kind is ChangeKind.FIELD_ADDED:
            return Delta(added={change.path or "": change.after}, fields=self._around(change))
        if kind in WORDS:
            return Delta()
        return Delta(added=self._new_name(change), fields={**self._around(change), **self._within(change)})

    def _new_name(self, change: Change) -> dict[str, str | None]:
        """The new column of a rename, where it is one of the top."""
        if change.kind is not ChangeKind.FIELD_RENAMED or not change.after or "." in change.after:
            return {}
        types = self._types.get(self._path(change), set())
        return {change.after: min(types) if len(types) == 1 else None}

    def _within(self, change: Change) -> dict[str, FieldDelta]:
        """The field, and what is nested in it."""
        path = self._path(change)
        found = {}
        for nested in {path, *self._fields}:
            if nested == path or nested.startswith(f"{path}."):
                key = self._fields.get(nested) or field_key(self._view, self._name, nested)
                found[key] = _field_delta(change, nested[len(path) :])
        return found

    def _around(self, change: Change) -> dict[str, FieldDelta]:
        """The fields that the path is nested in: their types become others, if its own or its being there does."""
        if change.kind in REVALUES:
            return {}
        path = change.path or ""
        retyped = FieldDelta(frozenset((Mark.RETYPED,)))
        return {key: retyped for other, key in self._fields.items() if path.startswith(f"{other}.")}


def _field_delta(change: Change, suffix: str) -> FieldDelta:
    """What a change of a field does to it, or to what is nested in it, behind ``suffix``."""
    if change.kind in GOES:
        renamed = f"{change.after}{suffix}" if change.kind is ChangeKind.FIELD_RENAMED else None
        return FieldDelta(frozenset((Mark.REMOVED,)), renamed)
    if change.kind in RETYPES:
        wider = change.kind is ChangeKind.TYPE_WIDENED
        types = (None, None) if suffix else (change.after, change.before)
        return FieldDelta(frozenset((Mark.RETYPED,)), None, types[0], wider, types[1])
    return FieldDelta(frozenset((Mark.VALUES,)))


def field_key(view: View, dataset: str, path: str) -> str:
    """The key of a field that no schema and no lineage has shown."""
    node = next(iter(view.reader.nodes(view.classes.keys([dataset])).values()))
    return DatasetId(str(node.properties["namespace"]), str(node.properties["name"])).field(path).key


_HANDLED = (
    GOES
    | RETYPES
    | VANISHES
    | REVALUES
    | OF_ROWS
    | WORDS
    | {ChangeKind.FIELD_ADDED, ChangeKind.FIELD_MOVED, ChangeKind.QUERY_CHANGED}
)


def _near(missing: Sequence[str], known: Collection[str]) -> str:
    near = sorted({match for path in missing for match in get_close_matches(path, known, n=3)})
    if near:
        return f"Did you mean {', '.join(near)}?"
    return f"It has {', '.join(sorted(known)[:10])}." if known else _NONE_KNOWN
