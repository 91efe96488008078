"""Durations as options say them: ISO 8601, of days, hours, minutes and seconds."""

from datetime import timedelta

from api.errors import UsageError
from catalog.duration import duration_s


def read_duration(text: str, option: str) -> timedelta:
    """A duration that an option gives. Months and years have no one length, and are not read. Raises UsageError."""
    found = duration_s(text)
    if found is None:
        raise UsageError(f"{option}: {text!r} is no duration.", "It looks like P90D, P12W or PT36H.")
    return timedelta(seconds=found)
