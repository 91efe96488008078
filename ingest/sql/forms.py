"""The forms of a text, read from its trees."""

from collections.abc import Iterable

from sqlglot import exp

from catalog.sql_form import SqlForm

_WHOLE = (exp.Columns, exp.Pivot, exp.Copy, exp.Clone, exp.LikeProperty, exp.Summarize)
"""What reaches columns that the text does not name, beside a star."""
_OF_INTEREST = (exp.Star, exp.Join, exp.SetOperation, exp.Command, *_WHOLE)


def forms_of(trees: Iterable[exp.Expr]) -> frozenset[SqlForm] | None:
    """The forms of statements; None where one of them is kept as mere text."""
    found: set[SqlForm] = set()
    for tree in trees:
        for node in tree.find_all(*_OF_INTEREST):
            if isinstance(node, exp.Command):
                return None
            if isinstance(node, exp.Join) and str(node.args.get("method") or "").upper() == "NATURAL":
                found |= {SqlForm.STAR, SqlForm.NATURAL}
            elif isinstance(node, exp.SetOperation) and node.args.get("by_name"):
                found.add(SqlForm.BY_NAME)
            elif isinstance(node, _WHOLE) or (
                isinstance(node, exp.Star) and not isinstance(node.parent, exp.Count)
            ):
                found.add(SqlForm.STAR)
    return frozenset(found)
