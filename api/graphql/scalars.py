"""Scalars of the schema: instants with all their digits, and JSON as it was sent."""

from typing import Any, NewType

import strawberry
from strawberry.types.scalar import ScalarDefinition

from catalog.instant import InvalidInstant, format_instant, parse_instant

Instant = NewType("Instant", int)
"""Nanoseconds since the epoch; ``DateTime`` in the schema."""

Json = NewType("Json", object)
"""A decoded JSON value; ``JSON`` in the schema."""


def instant(ns: int | None) -> Instant | None:
    """An optional instant."""
    return None if ns is None else Instant(ns)


def _parse(value: Any) -> Instant:
    if not isinstance(value, str):
        raise InvalidInstant(f"a DateTime is text in RFC 3339, not {str(value)[:80]!r}")
    return Instant(parse_instant(value).ns)


def _unreadable(value: Any) -> Any:
    raise ValueError("JSON is only answered, never asked.")


SCALARS: dict[object, ScalarDefinition] = {
    Instant: strawberry.scalar(
        name="DateTime",
        description="An instant in RFC 3339, with up to nine digits of a second. Without a zone it is UTC.",
        specified_by_url="https://scalars.graphql.org/andimarek/date-time.html",
        serialize=format_instant,
        parse_value=_parse,
    ),
    Json: strawberry.scalar(
        name="JSON",
        description="Any JSON value, as its producer sent it.",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc8259",
        parse_value=_unreadable,
    ),
}
