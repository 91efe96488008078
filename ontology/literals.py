"""Literals by XML Schema: whether a text is one of a datatype, and the order of those that have one."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from ontology.rdf import XSD, Iri, Typed, Value

STRING, INTEGER, DECIMAL = f"{XSD}string", f"{XSD}integer", f"{XSD}decimal"
BOOLEAN, DATE_TIME = f"{XSD}boolean", f"{XSD}dateTime"

_DATE_TIME = re.compile(
    r"(?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2})T(?P<hour>[0-9]{2}):(?P<rest>[0-9]{2}:[0-9]{2})(?P<fraction>\.[0-9]+)?"
    r"(?P<zone>Z|[+-][0-9]{2}:[0-9]{2})?"
)
_LONGEST_OFFSET = timedelta(hours=14)


@dataclass(frozen=True, slots=True)
class Instant:
    """A dateTime: seconds since the first of January of the year 1 (in UTC if it has a zone), of any precision."""

    seconds: Decimal
    zoned: bool


def datatype_of(value: Value) -> str | None:
    """The IRI of the datatype; None of an IRI."""
    if isinstance(value, Iri):
        return None
    if isinstance(value, Typed):
        return value[1]
    if isinstance(value, bool):
        return BOOLEAN
    return INTEGER if isinstance(value, int) else STRING


def text_of(value: Value) -> str:
    """The IRI or the text of the literal."""
    if isinstance(value, Typed):
        return value[0]
    return str(value).lower() if isinstance(value, bool) else str(value)


def well_formed(value: Value) -> bool:
    """Whether the text of the literal is one of its datatype. One of an unknown datatype is taken as it is."""
    if not isinstance(value, Typed):
        return True
    check = _FORMS.get(value[1])
    return check is None or check(value[0])


def order(one: Value, other: Value) -> int | None:
    """Below 0 if the first is less, 0 if they are equal, above if it is more; None if they have no order.

    Numbers have one, and instants that both have a zone or both have none.
    """
    left, right = _place(one), _place(other)
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return _sign(left > right, left < right)
    if isinstance(left, Instant) and isinstance(right, Instant) and left.zoned == right.zoned:
        return _sign(left.seconds > right.seconds, left.seconds < right.seconds)
    return None


def instant(text: str) -> Instant | None:
    """The instant that an xsd:dateTime says; None of other text, and of years that are not from 1 to 9999."""
    found = _DATE_TIME.fullmatch(text)
    if found is None:
        return None
    zone, midnight = _zone(found["zone"]), found["hour"] == "24"
    if zone is None or (midnight and (found["rest"] != "00:00" or (found["fraction"] or "").strip(".0"))):
        return None
    try:
        local = datetime.fromisoformat(
            f"{found['date']}T{'00' if midnight else found['hour']}:{found['rest']}"
        )
    except ValueError:
        return None
    whole = (local - datetime.min + timedelta(days=int(midnight)) - zone) // timedelta(seconds=1)
    return Instant(whole + Decimal(f"0{found['fraction'] or ''}"), found["zone"] is not None)


def _zone(text: str | None) -> timedelta | None:
    if text in (None, "Z"):
        return timedelta()
    assert text is not None
    hours, minutes = int(text[1:3]), int(text[4:])
    offset = timedelta(hours=hours, minutes=minutes)
    if minutes > 59 or offset > _LONGEST_OFFSET:
        return None
    return -offset if text[0] == "-" else offset


def _place(value: Value) -> Decimal | Instant | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    if isinstance(value, Typed) and well_formed(value):
        if value[1] in (INTEGER, DECIMAL):
            return Decimal(value[0])
        if value[1] == DATE_TIME:
            return instant(value[0])
    return None


def _sign(above: bool, below: bool) -> int:
    return int(above) - int(below)


def _matches(expression: str) -> Callable[[str], bool]:
    compiled = re.compile(expression)
    return lambda text: compiled.fullmatch(text) is not None


_FORMS: Mapping[str, Callable[[str], bool]] = {
    INTEGER: _matches(r"[+-]?[0-9]+"),
    DECIMAL: _matches(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)"),
    BOOLEAN: _matches("true|false|0|1"),
    DATE_TIME: lambda text: instant(text) is not None,
}
