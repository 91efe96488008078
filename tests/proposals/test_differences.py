"""Two shapes compared: the properties that the list of changes holds, and renames that are guessed."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.impact.change import Change, ChangeKind
from ingest.proposals.differences import differences
from ingest.proposals.renames import LEAST
from ingest.proposals.shape import Column, Shape, parent

NAMES = st.sampled_from(
    ["id", "order_id", "customer_id", "amount", "total", "note", "created_at", "A", "b.c"]
)
TYPES = st.sampled_from(["int", "bigint", "varchar(10)", "varchar(20)", "date", "decimal(10,2)"])


@st.composite
def shapes(draw: st.DrawFn) -> Shape:
    """Columns with some nested ones, of different names but for case."""
    names = draw(st.lists(NAMES, unique_by=str.casefold, max_size=6))
    columns: list[Column] = []
    for name in names:
        inner = draw(st.lists(st.sampled_from(["x", "y", "z"]), unique=True, max_size=3))
        required = draw(st.booleans())
        columns.append(Column(name, "struct" if inner else draw(TYPES), required))
        columns += (Column(f"{name}.{one}", draw(TYPES), False) for one in inner)
    return Shape(tuple(columns))


def applied(before: Shape, changes: list[Change]) -> list[tuple[str, str | None, bool | None]]:
    """The columns that the changes make of a shape: (path, type, required), an oracle that knows kinds alone."""
    columns = {column.path: column for column in before.columns}
    order = [column.path for column in before.columns if parent(column.path, columns.keys() | set()) is None]
    kinds: dict[ChangeKind, list[Change]] = {}
    for change in changes:
        kinds.setdefault(change.kind, []).append(change)
    for kind in (ChangeKind.TYPE_WIDENED, ChangeKind.TYPE_NARROWED, ChangeKind.TYPE_INCOMPATIBLE):
        for change in kinds.get(kind, []):
            columns[str(change.path)] = replace(columns[str(change.path)], type=change.after)
    for kind, required in ((ChangeKind.FIELD_REQUIRED, True), (ChangeKind.FIELD_NULLABLE, False)):
        for change in kinds.get(kind, []):
            columns[str(change.path)] = replace(columns[str(change.path)], required=required)
    moves = {str(one.path): one.ordinal or 0 for one in kinds.get(ChangeKind.FIELD_MOVED, [])}
    order = [path for path in order if path not in moves]
    for change in kinds.get(ChangeKind.FIELD_REMOVED, []):
        gone = {path for path in columns if path == change.path or path.startswith(f"{change.path}.")}
        columns = {path: one for path, one in columns.items() if path not in gone}
        order = [path for path in order if path not in gone]
    names: dict[str, str] = {}
    for change in sorted(kinds.get(ChangeKind.FIELD_RENAMED, []), key=lambda one: len(str(one.path))):
        names[str(change.path)] = str(change.after)
    renamed = {path: _renamed(path, names) for path in columns}
    columns = {renamed[path]: replace(one, path=renamed[path]) for path, one in columns.items()}
    order = [renamed[path] for path in order]
    placed = [(ordinal, renamed[path]) for path, ordinal in moves.items()]
    for change in kinds.get(ChangeKind.FIELD_ADDED, []):
        columns[str(change.path)] = Column(str(change.path), change.after, None)
        if change.ordinal is not None:
            placed.append((change.ordinal, str(change.path)))
    for ordinal, path in sorted(placed):
        order.insert(ordinal - 1, path)
    nested = sorted(path for path in columns if path not in order)
    return [(path, columns[path].type, columns[path].required) for path in (*order, *nested)]


def _renamed(path: str, names: dict[str, str]) -> str:
    if path in names:
        return names[path]
    outer = path
    while outer := outer.rpartition(".")[0]:
        if outer in names:
            return f"{names[outer]}{path[len(outer) :]}"
    return path


def plain(
    shape: Shape, like: list[tuple[str, str | None, bool | None]]
) -> list[tuple[str, str | None, bool | None]]:
    """The columns of a shape in the same form; of those that were added nothing is said of null."""
    paths = {column.path for column in shape.columns}
    silent = {path for path, _, required in like if required is None}
    top = [one for one in shape.columns if parent(one.path, paths) is None]
    inner = sorted(
        (one for one in shape.columns if parent(one.path, paths) is not None), key=lambda one: one.path
    )
    return [(one.path, one.type, None if one.path in silent else one.required) for one in (*top, *inner)]


@given(shapes(), st.booleans())
def test_differences__of_a_shape_from_itself_are_none(shape: Shape, fold: bool) -> None:
    assert differences("dataset/a/b", shape, shape, fold=fold) == []


@settings(max_examples=200)
@given(shapes(), shapes())
def test_differences__applied_to_the_old_shape_give_the_new_one(before: Shape, after: Shape) -> None:
    found = applied(before, differences("dataset/a/b", before, after, fold=False))
    assert found == plain(after, found)


def changes_between(
    before: list[tuple[str, str]], after: list[tuple[str, str]]
) -> list[tuple[str, str | None, str | None]]:
    shapes_ = (Shape(tuple(Column(*one) for one in columns)) for columns in (before, after))
    return [(str(one.kind), one.path, one.after) for one in differences("d", *shapes_, fold=True)]


def test_differences__guess_a_rename_of_like_names_types_and_places() -> None:
    assert changes_between([("id", "int"), ("custId", "int")], [("id", "int"), ("customer_id", "int")]) == [
        ("FIELD_RENAMED", "custId", "customer_id")
    ]


def test_differences__never_guess_between_two_that_are_as_likely() -> None:
    before = [("address_1", "text"), ("address_2", "text")]
    after = [("address_a", "text"), ("address_b", "text")]
    kinds = [kind for kind, _, _ in changes_between([("x", "int"), *before], [*after, ("x", "int")])]
    assert kinds.count("FIELD_RENAMED") == 0
    assert kinds.count("FIELD_REMOVED") == kinds.count("FIELD_ADDED") == 2


def test_differences__never_guess_a_rename_to_another_kind_of_value() -> None:
    assert changes_between([("total", "decimal(10,2)")], [("total_text", "text")]) == [
        ("FIELD_REMOVED", "total", None),
        ("FIELD_ADDED", "total_text", "text"),
    ]


def test_differences__guess_by_a_description_that_stays() -> None:
    before = Shape((Column("a", "int", description="What is to be paid"),))
    after = Shape((Column("zz", "int", description="What is to be paid"),))
    [change] = differences("d", before, after, fold=True)
    assert change.kind is ChangeKind.FIELD_RENAMED
    assert LEAST <= change.confidence < 1


def test_differences__tell_the_fewest_moves() -> None:
    columns = [(name, "int") for name in "abcde"]
    assert changes_between(columns, [columns[4], *columns[:4]]) == [("FIELD_MOVED", "e", "1")]


def test_differences__of_case_alone_are_none_where_names_are_folded() -> None:
    assert changes_between([("ID", "int")], [("id", "INTEGER")]) == []
