"""Two versions of a schema object compared, for a dataset that it is bound to: columns, and what they promise."""

from collections.abc import Iterator, Mapping

from catalog.data_types.families import differ
from catalog.impact.change import Change, ChangeKind
from ingest.proposals.differences import differences
from ingest.proposals.promised import FieldSaid, ObjectSaid, with_types
from ingest.proposals.promises import classes, field_changes, rules
from ingest.proposals.shape import Shape


def object_changes(subject: str, old: ObjectSaid, new: ObjectSaid) -> Iterator[Change]:
    """All that is changed from one version to another."""
    before, after = _typed(old, new)
    found = differences(subject, before, after, fold=False)
    yield from (one for one in found if one.kind is not ChangeKind.KEY_CHANGED)
    renamed = {one.path: one.after for one in found if one.kind is ChangeKind.FIELD_RENAMED}
    for path, said in old.fields.items():
        now = new.fields.get(renamed.get(path) or _within(path, renamed) or path)
        if now is not None:
            yield from field_changes(subject, path, said, now, now.place)
    for word in sorted(old.words.keys() | new.words.keys()):
        one, other = old.words.get(word), new.words.get(word)
        if one != other:
            yield Change(subject, ChangeKind.MEANING_CHANGED, None, one, other, place=new.place, note=word)
    yield from classes(subject, None, old.classes, new.classes, new.place)
    of_fields = {name for said in (*old.fields.values(), *new.fields.values()) for name in said.rules}
    before_rules, after_rules = (
        {name: rule for name, rule in one.rules.items() if name not in of_fields} for one in (old, new)
    )
    yield from rules(subject, None, before_rules, after_rules, new.place)


def against_seen(subject: str, seen: Shape, new: ObjectSaid) -> list[Change]:
    """What a contract that had no version before says of a dataset otherwise than its schema shows it: columns and
    types. That more is promised than is seen (that a column is required, say) is no change of it."""
    types = {column.path.casefold(): column.type for column in seen.columns}
    chosen = {
        column.path: _against(types.get(column.path.casefold()), new.fields[column.path])
        for column in new.shape.columns
    }
    after = with_types(new.shape, chosen)
    bare = Shape(after.columns, whole=True, ordered=False, place=after.place)
    found = differences(subject, seen, bare, fold=True)
    of_columns = (ChangeKind.MEANING_CHANGED, ChangeKind.KEY_CHANGED)
    return [one for one in found if one.kind not in of_columns]


def _within(path: str, renamed: Mapping[str | None, str | None]) -> str | None:
    """The new path of what lies in something that is renamed."""
    outer = path.rpartition(".")[0]
    while outer:
        if (to := renamed.get(outer)) is not None:
            return f"{to}{path[len(outer) :]}"
        outer = outer.rpartition(".")[0]
    return None


def _typed(old: ObjectSaid, new: ObjectSaid) -> tuple[Shape, Shape]:
    """The shapes with types that can be compared: physical with physical, else logical with logical."""
    before: dict[str, str | None] = {}
    after: dict[str, str | None] = {}
    for path, said in new.fields.items():
        known = old.fields.get(path)
        if known is not None:
            before[path], after[path] = _pair(known, said)
    return with_types(old.shape, before), with_types(new.shape, after)


def _pair(old: FieldSaid, new: FieldSaid) -> tuple[str | None, str | None]:
    if old.physical and new.physical and (old.physical != new.physical or old.logical == new.logical):
        return old.physical, new.physical
    if old.logical and new.logical:
        return old.logical, new.logical
    one, other = old.physical or old.logical, new.physical or new.logical
    if one is None or other is None or differ(one, other):
        return one, other
    return one, one


def _against(seen: str | None, new: FieldSaid) -> str | None:
    """The new type in words that the seen one can be compared with: a logical one fits all types of its family."""
    if new.physical is not None or seen is None:
        return new.physical or new.logical
    return new.logical if new.logical is not None and differ(seen, new.logical) else seen
