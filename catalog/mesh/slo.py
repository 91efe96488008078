"""Service level objectives against what is seen: how fresh data is, how many checks fail."""

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from catalog.graph import Node

_SECONDS = {
    "s": 1, "sec": 1, "second": 1, "seconds": 1,
    "m": 60, "min": 60, "minute": 60, "minutes": 60,
    "h": 3600, "hr": 3600, "hour": 3600, "hours": 3600,
    "d": 86_400, "day": 86_400, "days": 86_400,
    "w": 604_800, "week": 604_800, "weeks": 604_800,
    "mo": 2_592_000, "month": 2_592_000, "months": 2_592_000,
    "y": 31_536_000, "yr": 31_536_000, "year": 31_536_000, "years": 31_536_000,
}  # fmt: skip
"""A month counts as 30 days and a year as 365."""
_FRESHNESS = re.compile(r"\b(latency|freshness|fresh|ly|age|staleness)\b", re.IGNORECASE)
"""Names of objectives on the age of data: ODCS calls it latency (short: ly), others freshness or age."""
_DURATION = re.compile(
    r"P(?:(?P<days>\d+)D)?(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+)S)?)?"
)


@dataclass(frozen=True, slots=True)
class SloStatus:
    """One objective: what is promised, what is seen, whether it is met (None: that cannot be told, see ``reason``)."""

    slo: str
    name: str
    operator: str
    threshold: str
    unit: str | None
    measured: str | None
    met: bool | None
    reason: str


def is_freshness(slo: Node, metric: str | None = None) -> bool:
    """Whether an objective is about the age of data, by its name or that of its metric."""
    words = " ".join((str(slo.properties.get("name", "")), metric or ""))
    return _FRESHNESS.search(re.sub(r"[_/%.-]", " ", words)) is not None


def limit_s(slo: Node) -> Decimal | None:
    """The threshold in seconds; None where it is no length of time."""
    threshold = str(slo.properties.get("threshold", ""))
    unit = str(slo.properties.get("unit", "")).strip().casefold()
    try:
        number = Decimal(threshold.strip())
    except InvalidOperation:
        return _duration_s(threshold)
    seconds = _SECONDS.get(unit)
    return None if seconds is None or not number.is_finite() else number * seconds


def _duration_s(text: str) -> Decimal | None:
    """Of ``PT4H`` and the like, and of ``4 hours``."""
    found = _DURATION.fullmatch(text.strip())
    if found and any(found.groupdict().values()):
        parts = {name: int(value or 0) for name, value in found.groupdict().items()}
        days, hours, minutes, seconds = (parts[name] for name in ("days", "hours", "minutes", "seconds"))
        return Decimal(days * 86_400 + hours * 3600 + minutes * 60 + seconds)
    number, _, unit = text.strip().partition(" ")
    if number.isdigit() and unit.casefold() in _SECONDS:
        return Decimal(int(number) * _SECONDS[unit.casefold()])
    return None


def compare(measured: Decimal, operator: str, threshold: Decimal) -> bool | None:
    """Whether a value meets a threshold; None for an operator that is not known."""
    answers = {
        "lt": measured < threshold,
        "lteq": measured <= threshold,
        "gt": measured > threshold,
        "gteq": measured >= threshold,
        "eq": measured == threshold,
        "neq": measured != threshold,
    }
    return answers.get(operator)


def freshness(slo: Node, last_success_ns: int | None, now_ns: int) -> SloStatus:
    """An objective on freshness against the last success. Without an operator, the threshold is the greatest age.

    An operator that asks for an age of *at least* so much is read as it stands.
    """
    limit = limit_s(slo)
    operator = str(slo.properties.get("operator", "lteq"))
    unit = slo.properties.get("unit")
    said = (
        *(slo.key, str(slo.properties.get("name", slo.key)), operator),
        *(str(slo.properties.get("threshold", "")), None if unit is None else str(unit)),
    )
    if limit is None:
        return SloStatus(*said, None, None, "The threshold is no length of time that is understood.")
    if last_success_ns is None:
        return SloStatus(*said, None, None, "No run that succeeded is known.")
    age_s = Decimal(max(0, now_ns - last_success_ns)) / 1_000_000_000
    met = compare(age_s, operator, limit)
    measured = f"{age_s:.0f} s"
    if met is None:
        return SloStatus(*said, measured, None, f"The operator {operator!r} is not known.")
    word = "fresh enough" if met else "too old"
    return SloStatus(*said, measured, met, f"The last success is {spoken_age(age_s)} old: {word}.")


def spoken_age(age_s: Decimal) -> str:
    """``3 h 5 min``, ``2 d 1 h``, ``40 s``."""
    seconds = int(age_s)
    for size, unit, smaller, small_unit in (
        (86_400, "d", 3600, "h"),
        (3600, "h", 60, "min"),
        (60, "min", 1, "s"),
    ):
        if seconds >= size:
            rest = seconds % size // smaller
            return f"{seconds // size} {unit}" + (f" {rest} {small_unit}" if rest else "")
    return f"{seconds} s"
