"""Two shapes of a dataset compared: the list of changes that makes the one of the other.

A field that goes away is told once, with all that lies in it; one that comes is told with each field in it. Applied to
the old shape, the changes of fields, types, nullability and order give the new one (``tests/proposals`` holds that).
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from catalog.data_types.change import TypeChange, type_change
from catalog.data_types.reading import read_type
from catalog.data_types.words import Kind
from catalog.impact.change import Change, ChangeKind, Place
from ingest.proposals.expanding import expanded
from ingest.proposals.renames import Rename, renames
from ingest.proposals.shape import MADE_NEW, Column, Shape, Tree, tree

OF_TYPES = {
    TypeChange.WIDENED: ChangeKind.TYPE_WIDENED,
    TypeChange.NARROWED: ChangeKind.TYPE_NARROWED,
    TypeChange.INCOMPATIBLE: ChangeKind.TYPE_INCOMPATIBLE,
}


@dataclass(slots=True)
class _Match:
    """Columns of two shapes side by side, all levels."""

    both: list[tuple[Column, Column]] = field(default_factory=list)
    renamed: list[Rename] = field(default_factory=list)
    gone: list[Column] = field(default_factory=list)
    come: list[Column] = field(default_factory=list)


def differences(subject: str, before: Shape, after: Shape, *, fold: bool) -> list[Change]:
    """What is changed. ``fold``: names that differ in case alone are the same, as databases take them."""
    before, after = expanded(before, after, fold=fold), expanded(after, before, fold=fold)
    match = _matched(before, after, fold)
    places = {column.path: place for place, column in enumerate(tree(after.columns).within(None), start=1)}
    found: list[Change] = []
    if after.whole:
        found += (_gone(subject, column, after) for column in match.gone)
    for column in match.come:
        found.append(_come(subject, column, before, places.get(column.path) if after.ordered else None))
    for rename in match.renamed:
        found.append(_renamed(subject, rename))
    nested = {path for one in (before, after) for path in tree(one.columns).children if path is not None}
    for old, new in (*match.both, *((one.before, one.after) for one in match.renamed)):
        found += _between(subject, old, new, bool({old.path, new.path} & nested))
    if before.ordered and after.ordered:
        found += _moves(subject, match, before, places)
    return [*found, *_of_table(subject, before, after)]


def _matched(before: Shape, after: Shape, fold: bool) -> _Match:
    match = _Match()
    _level(tree(before.columns), tree(after.columns), (None, None), fold, match)
    return match


def _level(old: Tree, new: Tree, at: tuple[str | None, str | None], fold: bool, match: _Match) -> None:
    """Match what lies in two columns that are matched, or in nothing."""
    before, after = old.within(at[0]), new.within(at[1])
    pairs = _named_alike(before, after, at, fold)
    matched_old, matched_new = {one.path for one, _ in pairs}, {two.path for _, two in pairs}
    gone = [column for column in before if column.path not in matched_old]
    come = [column for column in after if column.path not in matched_new]
    guesses = renames(
        gone,
        [column for column in come if column.was is None],
        {column.path: place for place, column in enumerate(before)},
        {column.path: place for place, column in enumerate(after)},
    )
    told = [Rename(one, two, 1.0) for one, two in pairs if two.was == one.path != two.path]
    match.renamed += [*told, *guesses]
    said = {rename.after.path for rename in told}
    match.both += [(one, two) for one, two in pairs if two.path not in said]
    went, came = {one.before.path for one in guesses}, {one.after.path for one in guesses}
    match.gone += [column for column in gone if column.path not in went]
    for column in come:
        if column.path not in came:
            match.come += _all_within(new, column)
    for one, two in (*pairs, *((rename.before, rename.after) for rename in guesses)):
        if not (_tells_within(old, one) and _tells_within(new, two)):
            continue
        _level(old, new, (one.path, two.path), fold, match)


def _named_alike(
    before: Sequence[Column], after: Sequence[Column], at: tuple[str | None, str | None], fold: bool
) -> list[tuple[Column, Column]]:
    """Columns that are said to be one, then those of one name, then of one name but for case."""
    left = {column.path: column for column in before}
    found: list[tuple[Column, Column]] = []
    open_: list[Column] = []
    for column in after:
        if column.was is not None and column.was in left:
            found.append((left.pop(column.was), column))
        elif column.was != MADE_NEW:
            open_.append(column)
    spellings: list[Callable[[str], str]] = [str, str.casefold] if fold else [str]
    for spelled in spellings:
        names: dict[str, list[Column]] = {}
        for one in left.values():
            names.setdefault(spelled(_own(one.path, at[0])), []).append(one)
        left_open: list[Column] = []
        for two in open_:
            fits = names.get(spelled(_own(two.path, at[1])), [])
            if len(fits) == 1 and fits[0].path in left:
                found.append((left.pop(fits[0].path), two))
            else:
                left_open.append(two)
        open_ = left_open
    return found


def _tells_within(of: Tree, column: Column) -> bool:
    """Whether it is known what lies in a column: its fields, or that it has none."""
    if of.within(column.path):
        return True
    found = None if column.type is None else read_type(column.type)
    return found is not None and found.kind not in (Kind.STRUCT, Kind.LIST, Kind.MAP, Kind.JSON)


def _own(path: str, outer: str | None) -> str:
    return path if outer is None else path[len(outer) + 1 :]


def _all_within(of: Tree, column: Column) -> Iterator[Column]:
    yield column
    for inner in of.within(column.path):
        yield from _all_within(of, inner)


def _gone(subject: str, column: Column, after: Shape) -> Change:
    note = "No schema shows it; jobs use it." if column.guessed else None
    return Change(
        subject, ChangeKind.FIELD_REMOVED, column.path, column.type, None, place=after.place, note=note
    )


def _come(subject: str, column: Column, before: Shape, ordinal: int | None) -> Change:
    unsure = not before.whole and column.was != MADE_NEW
    note = "No whole schema of the dataset is known: it may be there already." if unsure else None
    return Change(
        *(subject, ChangeKind.FIELD_ADDED, column.path, None, column.type),
        confidence=0.5 if unsure else 1.0,
        place=column.place,
        note=note,
        ordinal=ordinal,
    )


def _renamed(subject: str, rename: Rename) -> Change:
    guess = rename.confidence < 1
    return Change(
        *(subject, ChangeKind.FIELD_RENAMED, rename.before.path, rename.before.path, rename.after.path),
        confidence=rename.confidence,
        place=rename.after.place,
        note="A guess by name, type and place; the old name is gone whatever it is." if guess else None,
    )


def _between(subject: str, old: Column, new: Column, nested: bool) -> Iterator[Change]:
    """What is changed of a column that stays."""
    path, place = old.path, new.place
    if (kind := _retyped(old.type, new.type, nested)) is not None:
        yield Change(subject, kind, path, old.type, new.type, place=place)
    if old.required is not None and new.required is not None and old.required != new.required:
        kind = ChangeKind.FIELD_REQUIRED if new.required else ChangeKind.FIELD_NULLABLE
        yield Change(subject, kind, path, place=place)
    if old.default is not None and new.default is not None and old.default != new.default:
        yield Change(subject, ChangeKind.DEFAULT_CHANGED, path, old.default, new.default, place=place)
    if old.description is not None and new.description is not None and old.description != new.description:
        yield Change(
            *(subject, ChangeKind.MEANING_CHANGED, path, old.description, new.description),
            place=place,
            note="description",
        )
    yield from value_changes(subject, old, new)


def value_changes(subject: str, old: Column, new: Column) -> Iterator[Change]:
    """Values that a column may have now, and may not any more."""
    if old.values is None or new.values is None:
        return
    for value in new.values:
        if value not in old.values:
            yield Change(subject, ChangeKind.ENUM_VALUE_ADDED, old.path, None, value, place=new.place)
    for value in old.values:
        if value not in new.values:
            yield Change(subject, ChangeKind.ENUM_VALUE_REMOVED, old.path, value, None, place=new.place)


def _retyped(before: str | None, after: str | None, nested: bool) -> ChangeKind | None:
    """How a type is changed. Of a nested one whose fields are told apart, these say what is changed within."""
    if before is None or after is None:
        return None
    if nested and _is_nest(before) and _is_nest(after):
        one, other = read_type(before), read_type(after)
        alike = one is not None and other is not None and one.kind is other.kind
        return None if alike else ChangeKind.TYPE_INCOMPATIBLE
    return OF_TYPES.get(type_change(before, after))


def _is_nest(text: str) -> bool:
    found = read_type(text)
    return found is not None and found.kind in (Kind.STRUCT, Kind.LIST, Kind.MAP)


def _moves(subject: str, match: _Match, before: Shape, places: dict[str, int]) -> Iterator[Change]:
    """Columns that stand in another order among those that stay: as few as possible."""
    was = {column.path: place for place, column in enumerate(tree(before.columns).within(None), start=1)}
    pairs = [*match.both, *((one.before, one.after) for one in match.renamed)]
    stay = sorted(
        (places[new.path], was[old.path], old, new)
        for old, new in pairs
        if new.path in places and old.path in was
    )
    kept = _longest_rising([place for _, place, _, _ in stay])
    for ordinal, place, old, new in stay:
        if place not in kept:
            moved = place != ordinal
            yield Change(
                subject,
                ChangeKind.FIELD_MOVED,
                old.path,
                str(place) if moved else None,
                str(ordinal) if moved else None,
                place=new.place,
                ordinal=ordinal,
            )


def _longest_rising(numbers: list[int]) -> set[int]:
    """The numbers of a longest rising run among them, in their order."""
    ends: list[int] = []
    before: dict[int, int | None] = {}
    for number in numbers:
        place = bisect_left(ends, number)
        before[number] = ends[place - 1] if place else None
        ends[place : place + 1] = [number]
    kept: set[int] = set()
    last = ends[-1] if ends else None
    while last is not None:
        kept.add(last)
        last = before[last]
    return kept


def _of_table(subject: str, before: Shape, after: Shape) -> Iterator[Change]:
    for kind, old, new in (
        (ChangeKind.KEY_CHANGED, before.key, after.key),
        (ChangeKind.PARTITION_CHANGED, before.partition, after.partition),
    ):
        if old is not None and new is not None and old != new:
            yield Change(subject, kind, None, ", ".join(old), ", ".join(new), place=after.place)


def placed(change: Change, place: Place | None) -> Change:
    """With a place, where it has none."""
    return change if change.place is not None else replace(change, place=place)
