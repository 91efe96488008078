"""What texts put into tables, in the words of the port that impact asks."""

from functools import lru_cache

from catalog.impact.job_binder import Fill, Value
from ingest.sql import fills


@lru_cache(maxsize=500)
def filling(text: str, dialect: str | None) -> tuple[Fill, ...]:
    """Of each statement of a text; the same text is read once."""
    return tuple(
        Fill(
            tuple(part.casefold() for part in one.table),
            one.how,
            one.columns,
            None if one.values is None else tuple(map(Value, one.values)),
            one.by_name,
            one.adds,
        )
        for one in fills(text, dialect)
    )
