"""Scalars of the schema: instants with all their digits, and JSON as it was sent."""

from typing import Any, NewType

import strawberry
from strawberry.types.scalar import ScalarDefinition

from catalog.instant import InvalidInstant, format_instant, parse_instant

Instant = NewType("Instant", int)
"""Nanoseconds since the epoch; ``DateTime`` in the schema."""

BigInt = NewType("BigInt", int)
"""A whole number that may have more than 32 bits; ``BigInt`` in the schema."""

Json = NewType("Json", object)
"""A decoded JSON value; ``JSON`` in the schema."""


def instant(ns: int | None) -> Instant | None:
    """An optional instant."""
    return None if ns is None else Instant(ns)


def big(number: int | None) -> BigInt | None:
    """An optional whole number of any size."""
    return None if number is None else BigInt(number)


def _parse(value: Any) -> Instant:
    if not isinstance(value, str):
        raise InvalidInstant(f"a DateTime is text in RFC 3339, not {str(value)[:80]!r}")
    return Instant(parse_instant(value).ns)


def _unreadable(value: Any) -> Any:
    raise ValueError("JSON is only answered, never asked.")


def _never_asked(value: Any) -> Any:
    raise ValueError("BigInt is only answered, never asked.")


SCALARS: dict[object, ScalarDefinition] = {
    Instant: strawberry.scalar(
        name="DateTime",
        description="An instant in RFC 3339, with up to nine digits of a second. Without a zone it is UTC.",
        specified_by_url="https://scalars.graphql.org/andimarek/date-time.html",
        serialize=format_instant,
        parse_value=_parse,
    ),
    BigInt: strawberry.scalar(
        name="BigInt",
        description="A whole number of any size: Int has 32 bits only.",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc8259#section-6",
        parse_value=_never_asked,
    ),
    Json: strawberry.scalar(
        name="JSON",
        description="Any JSON value, as its producer sent it.",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc8259",
        parse_value=_unreadable,
    ),
}
