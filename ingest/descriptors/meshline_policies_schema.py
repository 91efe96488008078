"""What policies and waivers in our own descriptors may say, as JSON Schema.

It has the form; whether names are those of the ontology, and fit together, ``catalog.governance.check_reading`` says.
"""

from typing import Any

from catalog.governance.check_reading import MAX_PATTERN, MAX_SELECT
from catalog.governance.policy import DEFAULT_BUDGET_S, MAX_BUDGET_S, CheckKind, Rule, ValueType
from catalog.governance.rules import RULES, Form, ParameterKind
from ingest.descriptors.schema_parts import Schema, list_of, object_of, ref, text, words
from ontology.compiler import load_model
from ontology.vocabulary import Label

KEBAB = r"^[a-z0-9]+(-[a-z0-9]+)*$"
_COUNT: Schema = {"type": "integer", "minimum": 0}
_SCALAR: Schema = {"type": ["string", "integer", "boolean"]}


def policy() -> Schema:
    """One policy."""
    return object_of(
        ("id", "title", "owner", "check"),
        id={**text("Lower-case words joined by hyphens; by it all files name the policy."), "pattern": KEBAB},
        title=text("The rule in one sentence."),
        why=text("Why there is this rule."),
        owner=ref("owner", "Who answers for the rule."),
        scope={
            "description": "To what it applies; left out: to the whole mesh. A domain is meant with those below it.",
            "if": {"type": "object"},
            "then": _scope(),
            "else": {"enum": ["global"]},
        },
        severity={**words(Label.GOVERNANCE_POLICY, "severity"), "default": "warn"},
        effectiveFrom=ref("day", "From when on it binds; left out: always."),
        grace={**text("For so long after that, what fails has time: P30D."), "pattern": "^P"},
        remediation=text("What to do about it when something fails."),
        check=ref("check"),
        tightens=text("The id of the policy of a higher layer that this one makes stricter."),
        enabled={"type": "boolean", "default": True, "description": "false: a draft, for dry runs only."},
    )


def _scope() -> Schema:
    kinds = ("domain", "product", "tag")
    found = object_of((), domain=text("An id."), product=text("An id."), tag=text())
    return {**found, "oneOf": [{"required": [kind]} for kind in kinds]}


def waiver() -> Schema:
    """One waiver."""
    return object_of(
        ("id", "policy", "target", "reason", "approver", "expiresAt"),
        id=text("By which all files name it."),
        policy=text("The id of the policy."),
        target={"description": "The one thing that need not follow it.", **_target()},
        reason=text("Why it need not."),
        approver=ref("owner", "Who allows it: somebody with a role for the policy, or its owner."),
        expiresAt=ref("day", "When it ends."),
    )


def _target() -> Schema:
    found = object_of(
        (),
        product=text("An id."),
        port=text("The name of an output port of the product."),
        dataset=ref("dataset"),
        field=text("The path of a field of the dataset."),
        job=ref("dataset", "By namespace and name."),
        contract=text("An id."),
        domain=text("An id."),
    )
    heads = ("product", "dataset", "job", "contract", "domain")
    return {**found, "oneOf": [{"required": [head]} for head in heads]}


def definitions() -> dict[str, Any]:
    """The parts that are used in several places."""
    return {
        "check": {
            **object_of((), shape=ref("shapeCheck"), query=ref("queryCheck"), lineage=ref("lineageCheck")),
            "description": "By what it is found out; exactly one of the three.",
            "oneOf": [{"required": [str(kind)]} for kind in CheckKind],
        },
        "of": {"enum": list(load_model().labels), "description": "The label of the things that are checked."},
        "shapeCheck": object_of(
            ("of", "require"),
            of=ref("of"),
            when={
                "type": "object",
                "description": "Only things that have one of the values of each of these properties.",
                "additionalProperties": {"anyOf": [_SCALAR, {**list_of(_SCALAR), "minItems": 1}]},
            },
            require=ref("requirements"),
            message=text("What to say of a thing that fails; left out: a sentence is made."),
        ),
        "requirements": {**list_of(ref("requirement")), "minItems": 1},
        "requirement": _requirement(),
        "queryCheck": object_of(
            ("of", "select"),
            of=ref("of"),
            select={
                **text("A SPARQL SELECT of the things that fail, as ?this; ?message says why."),
                "maxLength": MAX_SELECT,
            },
            budget={
                **{"type": "integer", "minimum": 1, "maximum": MAX_BUDGET_S, "default": DEFAULT_BUDGET_S},
                "description": "Seconds that it may take.",
            },
        ),
        "lineageCheck": _lineage(),
    }


def _requirement() -> Schema:
    hop = text("A relationship of the ontology; with ^ before it against its direction.")
    found = object_of(
        (),
        property=text("A property of the label."),
        path={
            "description": "Relationships to other things.",
            "anyOf": [hop, {**list_of(hop), "minItems": 1}],
        },
        min={**_COUNT, "description": "At least so many values, or things at the end of the path."},
        max={**_COUNT, "description": "At most so many."},
        pattern={
            **text("A regular expression that a part of every value matches."),
            "maxLength": MAX_PATTERN,
        },
        oneOf={**list_of(_SCALAR, "What every value is one of."), "minItems": 1},
        type={"enum": [str(one) for one in ValueType], "description": "What every value is."},
        label=text("The label of every thing at the end of the path."),
        then=ref("requirements", "What is required of every thing at the end of the path."),
        such=ref(
            "requirements", "Only things at the end of the path that are so are counted by min and max."
        ),
    )
    return {**found, "oneOf": [{"required": ["property"]}, {"required": ["path"]}]}


def _lineage() -> Schema:
    told: dict[str, Schema] = {}
    for kind in RULES.values():
        for parameter in kind.parameters:
            told.setdefault(parameter.name, _parameter(parameter))
    rules = "; ".join(f"{rule}: {kind.definition}" for rule, kind in RULES.items())
    return object_of(
        ("rule", "of"),
        **{"rule": {"enum": [str(rule) for rule in Rule], "description": rules}, "of": ref("of"), **told},
    )


def _parameter(parameter: ParameterKind) -> Schema:
    forms: dict[Form, Schema] = {
        Form.TEXT: text(),
        Form.NUMBER: {"type": "integer", "minimum": 1},
        Form.FLAG: {"type": "boolean"},
        Form.DURATION: {**text(), "pattern": "^P"},
        Form.IDS: {**list_of(text()), "minItems": 1},
    }
    form = {"enum": list(parameter.choices)} if parameter.choices else forms[parameter.form]
    rules = ", ".join(kind.rule for kind in RULES.values() if parameter.name in kind.by_name)
    return {**form, "description": f"{parameter.definition} (Of: {rules}.)"}
