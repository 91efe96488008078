"""Why something is of a class, or is not though it comes near it: in a sentence."""

from catalog.coverage import spoken
from catalog.governance.barriers import Passing
from catalog.governance.propagation import Derived
from catalog.governance.sayings import Saying
from catalog.identity import kind_of

_SAID = {
    "field": "It is said of the field itself.",
    "dataset": "It is said of its dataset.",
    "schema": "A contract says it of the schema that its dataset is bound to.",
    "schema-property": "A contract says it of the property that the field is bound to.",
    "product": "It is said of the product.",
}
_ENDED = {
    Passing.CARRIED: "is carried on",
    Passing.INFORMED: "only decides about rows or groups",
    Passing.MASKED: "is masked",
    Passing.AGGREGATED: "is aggregated, which is declared to end it",
    Passing.OVERRULED: "a person says what the field is instead",
}


def why_said(saying: Saying) -> str:
    """Why something is of a class that is said of it."""
    return _SAID[kind_of(saying.holder)]


def why_derived(one: Derived) -> str:
    """Why a field is, or is not, of a class that comes to it."""
    steps = f"{len(one.route)} step{'s' if len(one.route) > 1 else ''}"
    source, last = spoken(one.route[0].giver), one.route[-1]
    if one.passing is Passing.CARRIED:
        return f"It comes from {source} in {steps}, not masked on the way."
    by = f" ({spoken(last.edge.via)})" if one.passing is not Passing.OVERRULED else ""
    return f"It comes from {source} in {steps}, and {_ENDED[one.passing]}{by}."
