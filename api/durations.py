"""Durations as options say them: ISO 8601, of days, hours, minutes and seconds."""

import re
from datetime import timedelta

from api.errors import UsageError

_DURATION = re.compile(
    r"P(?:(?P<weeks>\d{1,4})W)?(?:(?P<days>\d{1,6})D)?"
    r"(?:T(?=\d)(?:(?P<hours>\d{1,6})H)?(?:(?P<minutes>\d{1,6})M)?(?:(?P<seconds>\d{1,9})S)?)?"
)


def read_duration(text: str, option: str) -> timedelta:
    """A duration that an option gives. Months and years have no one length, and are not read. Raises UsageError."""
    match = _DURATION.fullmatch(text.strip().upper())
    parts = {} if match is None else {name: int(value) for name, value in match.groupdict().items() if value}
    if not parts:
        raise UsageError(f"{option}: {text!r} is no duration.", "It looks like P90D, P12W or PT36H.")
    return timedelta(**parts)
