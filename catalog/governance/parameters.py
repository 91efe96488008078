"""What a rule over lineage is told, read: each parameter of its form, nothing that the rule does not know."""

from collections.abc import Mapping
from typing import Any

from catalog.duration import duration_s, format_duration
from catalog.governance.names import near
from catalog.governance.policy import Parameter
from catalog.governance.rules import Form, ParameterKind, RuleKind

_FORMS: Mapping[Form, str] = {
    Form.TEXT: "text",
    Form.NUMBER: "a whole number, from 1 on",
    Form.FLAG: "true or false",
    Form.DURATION: "a duration such as P7D or PT36H",
    Form.IDS: "a list of texts, at least one",
}


def read_parameters(
    kind: RuleKind, told: Mapping[str, Any], of: str = ""
) -> tuple[tuple[tuple[str, Parameter], ...], list[tuple[str, str]]]:
    """The parameters, sorted by name, without those that say what counts anyway; and the faults: (name, message).
    ``of``: the label that the rule is asked of."""
    known = kind.by_name
    faults = [
        (str(name), f"The rule {kind.rule} knows no {name!r}.{near(str(name), known)}")
        for name in told
        if name not in known
    ]
    found: dict[str, Parameter] = {}
    for parameter in kind.parameters:
        if parameter.name not in told:
            if parameter.needed:
                faults.append(("", f"{parameter.name!r} is missing: {parameter.definition}"))
            continue
        value = _value(parameter, told[parameter.name])
        if of and parameter.labels and of not in parameter.labels:
            only = ", ".join(parameter.labels)
            faults.append((parameter.name, f"{parameter.name!r} is known of {only} alone, not of {of}."))
        elif value is None:
            faults.append((parameter.name, f"{parameter.name!r} is {_wanted(parameter)}."))
        elif value != parameter.default:
            found[parameter.name] = value
    if kind.one_of and not any(name in told for name in kind.one_of):
        faults.append(("", f"One of these is needed: {', '.join(kind.one_of)}."))
    return tuple(sorted(found.items())), faults


def _wanted(parameter: ParameterKind) -> str:
    return f"one of {', '.join(parameter.choices)}" if parameter.choices else _FORMS[parameter.form]


def _value(parameter: ParameterKind, told: Any) -> Parameter | None:
    """The value as it is kept; None for one of another form."""
    match parameter.form:
        case Form.FLAG:
            return told if isinstance(told, bool) else None
        case Form.NUMBER:
            return told if type(told) is int and 1 <= told < 2**31 else None
        case Form.DURATION:
            seconds = duration_s(told) if isinstance(told, str) else None
            return None if seconds is None else format_duration(seconds)
        case Form.TEXT:
            right = (
                isinstance(told, str)
                and told.strip()
                and (not parameter.choices or told in parameter.choices)
            )
            return str(told) if right else None
        case Form.IDS:
            texts = isinstance(told, list) and told and all(isinstance(one, str) and one for one in told)
            return tuple(sorted(set(told))) if texts else None
