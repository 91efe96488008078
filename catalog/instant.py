"""Instants and order keys: integers of nanoseconds since the epoch (UTC), and the total order of log entries.

An order key is text that sorts as (effective time, rank of the event type, entry hash): design §4.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

MIN_INSTANT = -(2**63)
MAX_INSTANT = 2**63 - 1
DAY_NS = 86_400 * 1_000_000_000
MAX_CLOCK_SKEW_NS = 5 * 60 * 1_000_000_000
"""How far an eventTime may lie after the first receipt before the receipt counts instead."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ZONED = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)?)?"
    r"\s*(Z|z|[+-]\d{2}(?::?\d{2})?)?(\[[^\]]*\])?"
)


class InvalidInstant(ValueError):
    """Text that is no date-time, or one outside the years 1678 to 2261 that 64-bit nanoseconds can hold."""


@dataclass(frozen=True, slots=True)
class ParsedInstant:
    """An instant and whether the text named a time zone (without one UTC is assumed)."""

    ns: int
    zoned: bool


def parse_instant(text: str) -> ParsedInstant:
    """Read RFC 3339 as producers write it: offsets with or without colon, 0 to 9 digits of fraction, a zone id behind.

    Raises InvalidInstant.
    """
    match = _ZONED.fullmatch(text.strip())
    if match is None:
        raise InvalidInstant(f"not an ISO 8601 date-time: {text[:80]!r}")
    year, month, day, hour, minute, second, fraction, offset, _zone_id = match.groups()
    try:
        leap = second == "60"
        moment = datetime(
            int(year),
            int(month),
            int(day),
            int(hour or 0),
            int(minute or 0),
            59 if leap else int(second or 0),
            tzinfo=UTC,
        )
        moment -= _offset(offset)
    except (ValueError, OverflowError) as error:
        raise InvalidInstant(f"not a date-time: {text[:80]!r} ({error})") from error
    delta = moment - _EPOCH
    ns = (delta.days * 86_400 + delta.seconds + leap) * 1_000_000_000 + int(
        (fraction or "0")[:9].ljust(9, "0")
    )
    if not MIN_INSTANT < ns < MAX_INSTANT:
        raise InvalidInstant(f"date-time out of range (1678 to 2261): {text[:80]!r}")
    return ParsedInstant(ns, offset is not None)


def _offset(text: str | None) -> timedelta:
    if text is None or text in "Zz":
        return timedelta()
    digits = text[1:].replace(":", "").ljust(4, "0")
    hours, minutes = int(digits[:2]), int(digits[2:])
    if hours > 18 or minutes > 59:
        raise ValueError(f"no time zone is at {text}")
    offset = timedelta(hours=hours, minutes=minutes)
    return -offset if text[0] == "-" else offset


def format_instant(ns: int) -> str:
    """RFC 3339 in UTC, with as many digits of fraction as are needed (0, 3, 6 or 9)."""
    seconds, fraction = divmod(ns, 1_000_000_000)
    text = (_EPOCH + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S")
    if len(text) < 19:
        text = text.zfill(19)
    if fraction == 0:
        return text + "Z"
    digits = f"{fraction:09d}"
    for width in (3, 6):
        if int(digits[width:]) == 0:
            return f"{text}.{digits[:width]}Z"
    return f"{text}.{digits}Z"


def effective_instant(event_ns: int, received_ns: int) -> int:
    """The eventTime, but not later than first receipt plus five minutes (then the receipt time): design §4."""
    return received_ns if event_ns > received_ns + MAX_CLOCK_SKEW_NS else event_ns


def is_future(ns: int, now_ns: int) -> bool:
    """Whether an instant is later than any effective time of what has come until now."""
    return ns > now_ns + MAX_CLOCK_SKEW_NS


def sortable(ns: int) -> str:
    """16 hex digits that sort as the integers do."""
    return f"{ns - MIN_INSTANT:016x}"


def order_key(effective_ns: int, rank: int, entry_hash: str) -> str:
    """Sortable text of (effective time, rank, entry hash); 128 bits of the hash decide ties."""
    return f"{sortable(effective_ns)}{rank:x}{entry_hash[:32]}"


def instant_of(key: str) -> int:
    """The effective time of an order key, or of any text that starts with ``sortable``."""
    return int(key[:16], 16) + MIN_INSTANT
