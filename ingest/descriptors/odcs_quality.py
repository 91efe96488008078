"""What a contract promises: rules of quality on objects and properties, and service levels."""

from collections.abc import Mapping
from typing import Any

from catalog.canonical import encode
from ingest.descriptors.bitol import custom
from ingest.descriptors.odcs_contract import Contract
from ingest.descriptors.stated import Stated
from ontology.vocabulary import Label, Rel

_OPERATORS = {
    "mustBe": "eq",
    "mustNotBe": "neq",
    "mustBeGreaterThan": "gt",
    "mustBeGreaterOrEqualTo": "gteq",
    "mustBeLessThan": "lt",
    "mustBeLessOrEqualTo": "lteq",
    "mustBeBetween": "between",
    "mustNotBeBetween": "notbetween",
}

_AT_MOST = ("latency", "ly", "freshness", "frequency", "fy", "errorrate", "er")
_TIMES_TO = ("timetodetect", "td", "timetonotify", "tn", "timetorepair", "tr")
_AT_LEAST = ("availability", "av", "throughput", "th", "retention", "re")
_TARGETS: Mapping[str, str] = {
    **dict.fromkeys((*_AT_MOST, *_TIMES_TO), "lteq"),
    **dict.fromkeys(_AT_LEAST, "gteq"),
}
"""How a measured value is compared with the promised one, by the property of the service level, without case. Of other
properties the standard does not say it."""

_ENDS = {"endofsupport": "endOfSupport", "es": "endOfSupport", "endoflife": "endOfLife", "el": "endOfLife"}


def read_rules(said: Stated, node: str, contract: Contract, *names: str) -> None:
    """The quality rules of an object or a property; ``names``: the object, and the path of the property."""
    for place, rule in enumerate(said.each("quality"), start=1):
        name = rule.text("id") or rule.text("name") or str(place)
        key = contract.distinct(Label.QUALITY_RULE, *names, name, at=rule.path)
        contract.draft.link(Rel.HAS_QUALITY_RULE, node, key, rule.path)
        _rule(rule, key)


def _rule(rule: Stated, node: str) -> None:
    draft = rule.draft
    kind = rule.text("type") or "library"
    metric = rule.text("metric") or rule.text("rule")
    name = rule.text("name") or metric or rule.text("id") or rule.text("description") or kind
    draft.say(node, rule.path, name=name, ruleType=kind, metricName=metric)
    rule.say(node, description="description", dimension="dimension", unit="unit", ruleSeverity="severity")
    rule.say(node, schedule="schedule", query="query")
    if "implementation" in rule.value:
        how = rule.raw("implementation")
        text = how if isinstance(how, str) else encode(how)
        draft.say(node, rule.at("implementation"), query=text)
    for key, operator in _OPERATORS.items():
        if key in rule.value:
            draft.say(node, rule.at(key), operator=operator, threshold=_told(rule.raw(key)))
    custom(rule)
    rule.done()


def _told(value: Any) -> str:
    """A value as text: a text as it is, anything else as JSON."""
    return value if isinstance(value, str) else encode(value)


def read_objectives(said: Stated, contract: Contract) -> None:
    """The service levels, ``slaProperties``; the ends of support and life are dates of the version as well."""
    default = said.text("slaDefaultElement")
    ends: set[str] = set()
    for objective in said.each("slaProperties"):
        name, value = objective.name("property"), objective.raw("value")
        if value is None:
            contract.draft.unmapped(objective.path, "a service level without a value")
            continue
        _objective(objective, name, _told(value), objective.text("element") or default, contract)
        end = _ENDS.get(name.casefold())
        if end is not None and end not in ends:
            ends.add(end)
            contract.draft.say(contract.node, objective.at("value"), **{end: _told(value)})


def _objective(said: Stated, name: str, value: str, element: str | None, contract: Contract) -> None:
    draft, word = contract.draft, name.casefold()
    names = (name,) if element is None else (name, element)
    node = contract.distinct(Label.SERVICE_LEVEL_OBJECTIVE, *names, at=said.at("property"))
    draft.link(Rel.HAS_SLO, contract.node, node, said.path)
    draft.link(
        Rel.ON_METRIC, node, draft.thing(Label.METRIC, name, at=said.at("property")), said.at("property")
    )
    draft.say(node, said.at("property"), name=name, operator=_TARGETS.get(word))
    draft.say(node, said.at("value"), threshold=value)
    draft.say(node, said.at("element"), element=element)
    said.say(node, unit="unit", driver="driver", schedule="schedule", description="description")
    custom(said)
    said.taken("id")
    said.done()
