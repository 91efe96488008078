"""Columns as a statement defines them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlglot import exp

from ingest.sql.types import spelled


@dataclass(frozen=True, slots=True)
class DdlColumn:
    """A column that a statement defines; ``values``: those that a check allows, None: any."""

    name: str
    type: str | None
    required: bool
    default: str | None = None
    description: str | None = None
    values: tuple[str, ...] | None = None
    line: int | None = None


def column_of(made: exp.ColumnDef, dialect: str | None, allowed: Mapping[str, tuple[str, ...]]) -> DdlColumn:
    """One column. ``allowed``: values by column, of checks that stand beside the columns."""
    rules = [one.args.get("kind") for one in made.args.get("constraints") or ()]
    kind = made.args.get("kind")
    default = next((rule.this for rule in rules if isinstance(rule, exp.DefaultColumnConstraint)), None)
    comment = next((rule.this for rule in rules if isinstance(rule, exp.CommentColumnConstraint)), None)
    checks = (
        one for rule in rules if isinstance(rule, exp.CheckColumnConstraint) for one in _values(rule.this)
    )
    name = name_of(made.this)
    required = any(
        isinstance(rule, exp.PrimaryKeyColumnConstraint)
        or (isinstance(rule, exp.NotNullColumnConstraint) and not rule.args.get("allow_null"))
        for rule in rules
    )
    return DdlColumn(
        name,
        None if kind is None else spelled(kind, dialect),
        required,
        None if default is None else default.sql(dialect=dialect),
        None if comment is None else comment.name,
        dict(checks).get(name.casefold(), allowed.get(name.casefold())),
        line_of(made),
    )


def values_checked(told: Iterable[exp.Expr]) -> dict[str, tuple[str, ...]]:
    """The values that checks of a table allow, by column."""
    found: dict[str, tuple[str, ...]] = {}
    for one in told:
        if isinstance(one, (exp.Constraint, exp.CheckColumnConstraint)):
            for check in one.find_all(exp.CheckColumnConstraint):
                found.update(_values(check.this))
    return found


def _values(check: exp.Expr | None) -> list[tuple[str, tuple[str, ...]]]:
    """``status IN ('a', 'b')``, and nothing else."""
    check = check.unnest() if isinstance(check, exp.Expr) else check
    if isinstance(check, exp.In) and isinstance(check.this, exp.Column):
        listed = check.expressions
        if listed and all(isinstance(one, exp.Literal) for one in listed):
            return [(check.this.name.casefold(), tuple(one.name for one in listed))]
    return []


def name_of(node: exp.Expr) -> str:
    """A name without its quotes."""
    return node.name


def line_of(node: exp.Expr) -> int | None:
    """The line of the first name in a part of a statement."""
    lines = (one.meta.get("line") for one in node.find_all(exp.Identifier))
    found = [line for line in lines if isinstance(line, int)]
    return min(found, default=None)
