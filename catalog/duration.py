"""Durations of ISO 8601 that have one length: weeks, days, hours, minutes and seconds, to whole seconds and back."""

import re

_DURATION = re.compile(
    r"P(?:(?P<weeks>\d{1,4})W)?(?:(?P<days>\d{1,6})D)?"
    r"(?:T(?=\d)(?:(?P<hours>\d{1,6})H)?(?:(?P<minutes>\d{1,6})M)?(?:(?P<seconds>\d{1,9})S)?)?"
)
_SECONDS = {"weeks": 604_800, "days": 86_400, "hours": 3600, "minutes": 60, "seconds": 1}


def duration_s(text: str) -> int | None:
    """Seconds; None for what is no duration, or has months or years, which have no one length."""
    match = _DURATION.fullmatch(text.strip().upper())
    parts = {} if match is None else {name: value for name, value in match.groupdict().items() if value}
    return sum(_SECONDS[name] * int(value) for name, value in parts.items()) if parts else None


def format_duration(seconds: int) -> str:
    """The one text of a duration: P30D, P1DT12H, PT0S."""
    days, rest = divmod(seconds, 86_400)
    hours, rest = divmod(rest, 3600)
    minutes, rest = divmod(rest, 60)
    date = f"{days}D" if days else ""
    time = "".join(
        f"{number}{unit}" for number, unit in ((hours, "H"), (minutes, "M"), (rest, "S")) if number
    )
    return f"P{date}{'T' if time else ''}{time}" if date or time else "PT0S"
