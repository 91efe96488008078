"""The properties of one thing, from our own terms and from those of the standards."""

from collections import defaultdict
from collections.abc import Iterable
from typing import TypeAlias

from catalog.graph import Property, Scalar
from ingest.problems import Code
from ingest.rdf.findings import Component, local, near, shown
from ingest.rdf.graph import Fact, Thing
from ingest.rdf.keys import Identity
from ingest.rdf.reading import Reading
from ingest.rdf.standards import ACTION, PERMITS, TEXTS
from ingest.rdf.values import converted, distinct, in_one_language, last_segment, scalar
from ontology.model import Datatype, NodeType, PropertyType
from ontology.rdf import NS, TYPE, Iri
from ontology.rdf_reading import Text
from ontology.vocabulary import Label

Said: TypeAlias = dict[str, Property | list[Scalar]]
"""Properties by name. A list for one that has one value breaks its cardinality, which validation tells."""


def properties_of(thing: Thing, identity: Identity, reading: Reading) -> Said:
    """What the document says of a thing, and what its key does."""
    kind = reading.model.node(reading.kinds.labels[thing])
    found = _own(thing, kind, reading)
    for name, value in identity.properties.items():
        if name in found and reading.keys.is_ours(thing) and found[name] != value:
            path = kind.property_type(name).iri
            message = f"Its key says {local(path)} {value!r}, and the document {found[name]!r}."
            reading.findings.violate(thing, Component.PATTERN, path, str(found[name]), message)
        found[name] = value
    said = {fact.predicate for fact in reading.graph.of(thing)}
    for property_ in kind.properties:
        if not said.isdisjoint(TEXTS.get(property_.name, ())) and not _is_name(
            property_.name, kind, identity
        ):
            _from_standards(thing, property_, found, reading)
    if kind.label == Label.USAGE_POLICY:
        _rules(thing, kind, found, reading)
    if isinstance(thing, Iri) and not reading.keys.is_ours(thing):
        found["sameAs"] = sorted({str(thing), *_texts(found.get("sameAs", []))})
    return found


def _is_name(name: str, kind: NodeType, identity: Identity) -> bool:
    """Whether the words that standards have for names do not say this one: it is the identity, or there is a title."""
    return name in identity.properties or (name == "name" and "title" in kind.by_name)


def _own(thing: Thing, kind: NodeType, reading: Reading) -> Said:
    by_iri = {property_.iri: property_ for property_ in kind.properties}
    said: dict[str, list[Fact]] = defaultdict(list)
    for fact in reading.graph.of(thing):
        property_ = by_iri.get(fact.predicate)
        if property_ is not None and not property_.internal:
            said[property_.name].append(fact)
            reading.findings.understand([fact])
        elif reading.model.relationship_by_iri(fact.predicate) is None:
            _check_term(fact, kind, reading)
    return {
        name: value
        for name, facts in said.items()
        if name != "key" and (value := _own_value(kind.by_name[name], facts, reading)) is not None
    }


def check_homeless(reading: Reading) -> None:
    """Violations for terms of ours that are said of things of which the document does not say what they are."""
    told = {fault.subject for fault in reading.findings.faults}
    for fact in reading.graph.facts:
        if fact.subject in reading.kinds.labels or fact.subject in reading.kinds.parts:
            continue
        known = reading.model.property_by_iri(fact.predicate)
        if known is None and reading.model.relationship_by_iri(fact.predicate) is None:
            if fact.predicate.startswith(NS):
                _violate_term(
                    fact, f"{local(fact.predicate)} is no term of the ontology.", reading, _terms(reading)
                )
        elif fact.subject not in told:
            told.add(fact.subject)
            message = "What it is, the document does not say: give it a class of the ontology."
            reading.findings.violate(fact.subject, Component.CLASS, TYPE, None, message)


def _terms(reading: Reading) -> list[str]:
    properties = (one.iri for node in reading.model.nodes for one in node.properties)
    return [*properties, *(one.iri for one in reading.model.relationships)]


def _check_term(fact: Fact, kind: NodeType, reading: Reading) -> None:
    """A violation for a property that our ontology does not have, or not for this kind of thing."""
    known = reading.model.property_by_iri(fact.predicate)
    if known is None and not fact.predicate.startswith(NS):
        return
    unknown = f"{local(fact.predicate)} is no term of the ontology."
    message = f"A {kind.label} has no {local(fact.predicate)}." if known else unknown
    terms = [*(one.iri for one in kind.properties), *(one.iri for one in reading.model.relationships)]
    _violate_term(fact, message, reading, terms)


def _violate_term(fact: Fact, message: str, reading: Reading, terms: Iterable[str]) -> None:
    value, whole = str(scalar(fact.object)), message + near(fact.predicate, terms)
    reading.findings.violate(fact.subject, Component.CLOSED, fact.predicate, value, whole)


def _own_value(
    property_: PropertyType, facts: list[Fact], reading: Reading
) -> Property | list[Scalar] | None:
    if property_.many:
        return distinct(_scalar(fact, property_, reading) for fact in facts)
    kept, others = in_one_language(facts)
    for fact in others:
        reading.findings.note(Code.LANGUAGE, str(fact.said), shown(fact.subject))
    values = distinct(_scalar(fact, property_, reading) for fact in kept)
    return values[0] if len(values) == 1 else values


def _scalar(fact: Fact, property_: PropertyType, reading: Reading) -> Scalar:
    if property_.datatype is Datatype.KEY and not isinstance(fact.object, Text):
        identity = reading.identity(fact.object)
        return scalar(fact.object) if identity is None else identity.key
    return scalar(fact.object)


def _from_standards(thing: Thing, property_: PropertyType, found: Said, reading: Reading) -> None:
    """The value of a property by the first predicate that says it; of several values the first, unless it has many."""
    facts = [
        fact
        for predicate in TEXTS[property_.name]
        for fact in reading.unsaid(reading.graph.of(thing, predicate))
    ]
    values = {fact: value for fact in facts if (value := converted(fact.object, property_)) is not None}
    values = {fact: value for fact, value in values.items() if fact not in reading.findings.understood}
    if not values:
        return
    reading.findings.understand(values)
    if property_.many:
        found[property_.name] = sorted({*_texts(found.get(property_.name, [])), *map(str, values.values())})
        return
    first = next(iter(values)).predicate
    kept, others = in_one_language([fact for fact in values if fact.predicate == first])
    for fact in others:
        reading.findings.note(Code.LANGUAGE, str(fact.said), shown(thing))
    chosen = found.setdefault(property_.name, distinct(values[fact] for fact in kept)[0])
    for fact, value in values.items():
        if fact not in others and value != chosen:
            reading.findings.note(Code.VALUE_LEFT_OUT, str(fact.said), shown(thing))


def _texts(value: Property | list[Scalar]) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else [str(value)]


def _rules(thing: Thing, kind: NodeType, found: Said, reading: Reading) -> None:
    """What a usage policy permits and prohibits, by the actions of its rules."""
    for name, predicate in PERMITS.items():
        actions = {}
        for fact in reading.graph.of(thing, predicate):
            if not isinstance(fact.object, Text):
                actions.update(dict.fromkeys(reading.graph.of(fact.object, ACTION), fact))
        listed = {
            action: word
            for action in actions
            if kind.by_name[name].lists(word := last_segment(str(scalar(action.object))).lower())
        }
        if listed:
            found[name] = sorted({*_texts(found.get(name, [])), *listed.values()})
            reading.findings.understand([*listed, *(actions[action] for action in listed)])
