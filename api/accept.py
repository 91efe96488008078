"""Content negotiation by Accept (RFC 9110 §12.5.1)."""

import re
from collections.abc import Iterable, Sequence

_QUOTED = re.compile(r'"[^"]*"')
_WEIGHT = re.compile(r"0(?:\.\d{0,3})?|1(?:\.0{0,3})?")


def best(fields: Iterable[str], offered: Sequence[str]) -> str | None:
    """The media type to answer in: of those with the highest weight the first offered; None: none is acceptable.

    The most specific range decides on a type. No field, and an empty one, accepts all; parameters other than q are
    not looked at, and a range with a malformed weight is passed over.
    """
    text = ",".join(fields)
    weights = _weights(text) if text.strip() else {"*/*": 1.0}
    weighed = [(_weight(weights, media_type), media_type) for media_type in offered]
    weight, chosen = max(weighed, key=lambda pair: pair[0])  # max gives the first of equals
    return chosen if weight > 0 else None


def _weights(text: str) -> dict[str, float]:
    """Ranges with their weights; of one that comes twice the higher."""
    found: dict[str, float] = {}
    for element in _QUOTED.sub("", text).split(","):  # a quoted parameter may hold commas
        range_, *parameters = (part.strip().lower() for part in element.split(";"))
        weight = next((p.removeprefix("q=") for p in parameters if p.startswith("q=")), "1")
        if _WEIGHT.fullmatch(weight):
            found[range_] = max(float(weight), found.get(range_, 0.0))
    return found


def _weight(weights: dict[str, float], media_type: str) -> float:
    major = media_type.partition("/")[0]
    return next((weights[r] for r in (media_type, f"{major}/*", "*/*") if r in weights), 0.0)
