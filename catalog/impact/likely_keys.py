"""Columns by which rows are told apart, and that SQL does not name: guessed by their own names.

The events tell of a snapshot of dbt its query, and not by which columns dbt compares rows, without which it fails. dbt
asks each for a ``unique_key``, and one with the strategy ``timestamp`` for an ``updated_at`` (docs.getdbt.com,
"Snapshot configurations"). A natural join of tables whose columns are not known does not say what it compares either.
"""

import re
from collections.abc import Iterable

from catalog.names import last_part

_LAYER = re.compile(r"^((stg|raw|src|int|dim|fct|fact|base|mart)_+)?(.*__)?")
"""What stands before the thing: ``stg_orders``, ``stg_shop__orders`` (dbt's own names are made so)."""
_KEYS = ("id", "key", "uuid", "no", "number", "code")
_STAMPS = (
    "updated_at",
    "modified_at",
    "changed_at",
    "updated_on",
    "last_updated",
    "last_modified",
    "_updated_at",
)


def is_likely_compared(column: str, table: str) -> bool:
    """Whether a snapshot of a table is likely to have a column in its key, or as the time of a row's last change.

    ``table``: its name, of any number of parts.
    """
    return is_likely_key(column, [table]) or column.casefold() in _STAMPS


def is_likely_key(column: str, tables: Iterable[str]) -> bool:
    """Whether a column is called like the key of one of these tables."""
    things = {_singular(_LAYER.sub("", last_part(table).casefold())) for table in tables}
    keys = {f"{thing}_{key}" for thing in things for key in _KEYS} | {f"{thing}id" for thing in things}
    return column.casefold() in {"id", "uuid", *keys}


def _singular(word: str) -> str:
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word
