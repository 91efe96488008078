"""Policies and waivers as Turtle: checks of kind shape as shapes of SHACL, which any SHACL engine takes.

A thing passes exactly if it conforms to the node shape: with ``when`` either a condition does not hold of it, or all
that is required does. ``sh:order`` keeps the order of requirements. What the folding reads back is what was written.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from catalog.governance.policy import (
    Check,
    Hop,
    LineageCheck,
    Policy,
    QueryCheck,
    Requirement,
    ShapeCheck,
    When,
)
from catalog.governance.stored import (
    Stored,
    policy_edges,
    policy_properties,
    waiver_edges,
    waiver_properties,
)
from catalog.governance.waiver import Waiver
from catalog.graph import EdgeSpec, Property, Scalar
from catalog.identity import kind_of
from ingest.policies.words import BUDGET, CHECK, LINEAGE, QUERY, RULE, SHAPE
from ingest.rdf.keys import KEY_BASE
from ontology.compiler import load_model
from ontology.model import GraphModel, PropertyType
from ontology.prefixes import PREFIXES
from ontology.rdf import RDF, XSD, Iri, term_text
from ontology.rdf_terms import written
from ontology.shapes import SHACL

Said: TypeAlias = Sequence[tuple[str, str]]
"""Predicates with their objects, both as Turtle has them."""

_KINDS = {"check": CHECK, "mesh": PREFIXES["mesh"], "rdf": RDF, "sh": SHACL, "xsd": XSD}
_STEP = "    "
_IN_SHACL = frozenset(("check", "checkKind"))
"""Properties that the check itself says."""


def policies_turtle(stored: Stored) -> str:
    """The text; nothing that is unreadable is in it. Keys are relative to the base of documents that people write."""
    head = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in _KINDS.items())
    things = [*map(_policy, stored.policies), *map(_waiver, stored.waivers)]
    named = sorted({end for one in stored.policies for end in _ends(policy_edges(one))})
    named += sorted({end for one in stored.waivers for end in _ends(waiver_edges(one))} - set(named))
    own = {*(one.key for one in stored.policies), *(one.key for one in stored.waivers)}
    stubs = [_subject(key, [("a", _class(key))]) for key in named if key not in own]
    return f"@base <{KEY_BASE}> .\n{head}\n" + "\n".join((*things, *stubs))


def check_shape(check: ShapeCheck) -> str:
    """The node shape of a check, as a blank node of Turtle; prefixes are ``sh``, ``mesh``, ``xsd``."""
    return _node(_of_shape(check), "")


def _policy(one: Policy) -> str:
    properties = {k: v for k, v in policy_properties(one).items() if k not in _IN_SHACL}
    said = [("a", "mesh:GovernancePolicy"), *_properties("GovernancePolicy", properties)]
    return _subject(one.key, [*said, *_edges(policy_edges(one)), _check(one.check)])


def _waiver(one: Waiver) -> str:
    said = [("a", "mesh:Waiver"), *_properties("Waiver", waiver_properties(one))]
    return _subject(one.key, [*said, *_edges(waiver_edges(one))])


def _ends(specs: Iterable[EdgeSpec]) -> Iterable[str]:
    return (one.target for one in specs)


def _class(key: str) -> str:
    return _short(_model().node(_model().label_of_kind(kind_of(key))).iri)


def _properties(label: str, properties: Mapping[str, Property]) -> list[tuple[str, str]]:
    known = _model().node(label)
    return [
        (_short(known.property_type(name).iri), _value(known.property_type(name), value))
        for name, value in properties.items()
        if isinstance(value, str | int)
    ]


def _edges(specs: Iterable[EdgeSpec]) -> list[tuple[str, str]]:
    return [(_short(_model().relationship(one.type).iri), f"<{one.target}>") for one in specs]


# Checks


def _check(check: Check) -> tuple[str, str]:
    match check:
        case ShapeCheck():
            return _short(SHAPE), _node(_of_shape(check), _STEP)
        case QueryCheck(of, select, budget_s):
            told = [_target(of), _pair("select", select), (_short(BUDGET), str(budget_s))]
            return _short(QUERY), _node(told, _STEP)
        case LineageCheck(rule, of, parameters):
            said = [_target(of), (_short(RULE), term_text(str(rule)))]
            for name, value in parameters:
                for single in value if isinstance(value, tuple) else (value,):
                    said.append((f"check:{name}", term_text(single)))
            return _short(LINEAGE), _node(said, _STEP)


def _of_shape(check: ShapeCheck) -> Said:
    head = [("a", "sh:NodeShape"), _target(check.of)]
    if check.message:
        head.append(_pair("message", check.message))
    required = _requirements(check.require)
    if not check.when:
        return [*head, *required]
    exempt = [_node([("sh:not", _node([("sh:property", _condition(one))], ""))], "") for one in check.when]
    either = " ".join((*exempt, _node(required, _STEP)))
    return [*head, ("sh:or", f"( {either} )")]


def _target(of: str) -> tuple[str, str]:
    return "sh:targetClass", _short(_model().node(of).iri)


def _condition(one: When) -> str:
    """That one of the values is one of these."""
    listed = _node([("sh:in", _list(one.property, one.values))], "")
    said = [_path_of(one.property), ("sh:qualifiedValueShape", listed), ("sh:qualifiedMinCount", "1")]
    return _node(said, "")


def _requirements(found: Sequence[Requirement]) -> Said:
    """Each under its number, where there are several."""
    shapes = [_requirement(one, place if len(found) > 1 else None) for place, one in enumerate(found)]
    return [("sh:property", one) for one in shapes]


def _requirement(one: Requirement, place: int | None) -> str:
    said: list[tuple[str, str]] = [] if place is None else [("sh:order", str(place))]
    said.append(("sh:path", _path(one.path)) if one.property is None else _path_of(one.property))
    least, most = ("qualifiedMinCount", "qualifiedMaxCount") if one.such else ("minCount", "maxCount")
    counts = ((least, one.minimum), (most, one.maximum))
    said += [(f"sh:{name}", str(number)) for name, number in counts if number is not None]
    if one.pattern is not None:
        said.append(_pair("pattern", one.pattern))
    if one.property is not None and one.one_of:
        said.append(("sh:in", _list(one.property, one.one_of)))
    if one.type is not None:
        said.append(("sh:datatype", f"xsd:{one.type}"))
    if one.label is not None:
        said.append(("sh:class", _short(_model().node(one.label).iri)))
    if one.then:
        said.append(("sh:node", _node(_requirements(one.then), _STEP)))
    if one.such:
        said.append(("sh:qualifiedValueShape", _node(_requirements(one.such), _STEP)))
    return _node(said, _STEP)


def _path_of(name: str) -> tuple[str, str]:
    return "sh:path", _short(_property(name).iri)


def _path(hops: Sequence[Hop]) -> str:
    steps = [_hop(hop) for hop in hops]
    return steps[0] if len(steps) == 1 else f"( {' '.join(steps)} )"


def _hop(hop: Hop) -> str:
    iri = _short(_model().relationship(hop.relationship).iri)
    return f"[ sh:inversePath {iri} ]" if hop.inverse else iri


def _list(name: str, values: Sequence[Scalar]) -> str:
    return f"( {' '.join(_value(_property(name), one) for one in values)} )"


# Terms


def _property(name: str) -> PropertyType:
    """A name of a property means one property, whatever has it."""
    return next(node.by_name[name] for node in _model().nodes if name in node.by_name)


def _value(property_: PropertyType, value: Scalar) -> str:
    return term_text(written(value, property_.datatype, KEY_BASE))


def _pair(name: str, text: str) -> tuple[str, str]:
    return f"sh:{name}", term_text(text)


def _subject(key: str, said: Said) -> str:
    inner = " ;\n".join(f"{predicate} {value}" for predicate, value in said)
    return f"<{key}> {inner} .\n".replace("\n", f"\n{_STEP}").rstrip(" ")


def _node(said: Said, indent: str) -> str:
    """A blank node, in a line or in several."""
    if not indent:
        return f"[ {' ; '.join(f'{predicate} {value}' for predicate, value in said)} ]"
    inner = " ;\n".join(f"{predicate} {value}" for predicate, value in said)
    return "[\n" + "\n".join(f"{_STEP}{line}" if line else line for line in inner.split("\n")) + "\n]"


def _short(iri: str | Iri) -> str:
    for prefix, namespace in _KINDS.items():
        name = iri.removeprefix(namespace)
        if name != iri and name.isidentifier():
            return f"{prefix}:{name}"
    return term_text(Iri(iri))


def _model() -> GraphModel:
    return load_model()
