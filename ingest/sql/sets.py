"""UNION, INTERSECT, EXCEPT: one relation of two."""

from sqlglot import exp

from ingest.sql.relation import FILTER, GROUP_BY, NOTHING, Column, Ref, Relation, passed, spend_on
from ingest.sql.scope import Scope
from ingest.sql.values import Clause, Reason


def combined(node: exp.SetOperation, left: Relation, right: Relation, scope: Scope) -> Relation:
    """The columns of both sides: by position, or by name where the text says so."""
    by_name = bool(node.args.get("by_name"))
    if by_name:
        columns = _by_name(left, right)
    else:
        _count_columns(left, right, scope)
        columns = _by_position(node, left, right)
    spend_on(scope.reading.budget, columns)
    influences = left.influences | right.influences
    compared = frozenset(s for c in (*left.columns, *right.columns) for s in c.sources)
    if not isinstance(node, exp.Union):
        influences |= passed(compared, FILTER)
    elif node.args.get("distinct"):
        influences |= passed(compared, GROUP_BY)
    scope.reading.budget.spend(len(influences))
    if not by_name and not (left.closed and right.closed):
        keys = left.open | right.open
        scope.reading.need(keys)
        message = "A set operation puts columns together by position; not all are known."
        scope.reading.problem(Reason.SCHEMA_UNKNOWN if keys else Reason.FUNCTION_OPAQUE, message)
    rest = (
        None if left.rest is None and right.rest is None else (left.rest or NOTHING) | (right.rest or NOTHING)
    )
    return Relation(columns, left.open | right.open, rest, influences)


def _by_position(node: exp.SetOperation, left: Relation, right: Relation) -> tuple[Column, ...]:
    both = isinstance(node, exp.Union)
    made = []
    for place, one in enumerate(left.columns):
        other = right.columns[place] if place < len(right.columns) else None
        if other is None:
            made.append(Column(one.name, one.sources, frozenset(), one.type, one.named))
            continue
        sources = one.sources | other.sources if both else one.sources
        kind = one.type if one.type == other.type else None
        made.append(Column(one.name, sources, one.vanishes & other.vanishes, kind, one.named))
    return tuple(made)


def _by_name(left: Relation, right: Relation) -> tuple[Column, ...]:
    made = []
    for one in left.columns:
        others = right.named(one.name)
        if not others:
            made.append(one)
            continue
        other = others[0]
        kind = one.type if one.type == other.type else None
        vanishes = one.vanishes & other.vanishes
        made.append(Column(one.name, one.sources | other.sources, vanishes, kind, one.named))
    made += [column for column in right.columns if not left.named(column.name)]
    return tuple(made)


def _count_columns(left: Relation, right: Relation, scope: Scope) -> None:
    """A column behind a star is needed when its going leaves the sides with other numbers of columns."""
    places = (_places(left), _places(right))
    for ref in {*places[0], *places[1]}:
        if places[0].get(ref) != places[1].get(ref):
            scope.reading.use(ref, Clause.SET, named=True)


def _places(relation: Relation) -> dict[Ref, set[int]]:
    found: dict[Ref, set[int]] = {}
    for place, column in enumerate(relation.columns):
        for ref in column.vanishes:
            found.setdefault(ref, set()).add(place)
    return found


def counted(columns: tuple[Column, ...], scope: Scope) -> None:
    """Columns that go by position to a table that has so many: none behind a star may go."""
    for column in columns:
        for ref in column.vanishes:
            scope.reading.use(ref, Clause.SET, named=True)
