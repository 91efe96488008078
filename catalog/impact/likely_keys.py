"""Columns by which rows are told apart, and that SQL does not name: guessed by their own names.

The events tell of a snapshot of dbt its query, and not by which columns dbt compares rows, without which it fails. dbt
asks each for a ``unique_key``, and one with the strategy ``timestamp`` for an ``updated_at`` (docs.getdbt.com,
"Snapshot configurations"). A natural join of tables whose columns are not known does not say what it compares either.
"""

import re
from collections.abc import Collection, Iterable

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


def is_likely_compared(column: str, table: str, others: Collection[str]) -> bool:
    """Whether a snapshot of a table is likely to have a column in its key, or as the time of a row's last change.

    ``table``: its name, of any number of parts; ``others``: its columns. The likelier key of two is the key.
    """
    if is_likely_stamp(column):
        return True
    keys = _keys_of(table)
    best = next((key for key in keys if key == column.casefold() or key in others), None)
    return best == column.casefold()


def is_likely_stamp(column: str) -> bool:
    """Whether a column is called like the time of a row's last change."""
    return column.casefold() in _STAMPS


def is_likely_key(column: str, tables: Iterable[str]) -> bool:
    """Whether a column is called like the key of one of these tables."""
    return any(column.casefold() in _keys_of(table) for table in tables)


def _keys_of(table: str) -> list[str]:
    """What the key of a table may be called, the likeliest first."""
    thing = _singular(_LAYER.sub("", last_part(table).casefold()))
    return ["id", f"{thing}_id", f"{thing}id", "uuid", *(f"{thing}_{key}" for key in _KEYS[1:])]


def _singular(word: str) -> str:
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word
