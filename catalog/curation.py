"""Curations: what people say in place of one aspect of one thing; of each aspect the newest counts, until withdrawn.

A curation is a document of its own (``CurationId``): each version says the whole value of its aspect, and one without a
value is withdrawn, so that what documents and events say counts again. A value is a JSON object, by aspect:

    owner            {"agent": key}
    roles            {"roles": [{"agent": key, "role": word, "since"?: instant, "until"?: instant}, …]}
    tags             {"tags": [{"tag": name, "value"?: text}, …]}
    terms            {"terms": [key, …]}
    classifications  {"classifications": [key, …]}
    description      {"text": text}
    domain           {"domain": key}
    binding          {"bound": [key of a dataset, …], "rejected": [key of a dataset, …]}
    agreement        {"status": word, "purpose"?, "validFrom"?, "validUntil"?, "grantedTo"?: key, "grantedBy"?: key,
                     "covers"?: [key, …]}
    proposal, closing, force, sign-off and deprecation: ``catalog.signoff.forms``

The subject is told as a stub that has properties and edges: a curation says something of a thing, and does not make it.
An agreement with a party is one that came to be by its curation: that is described. So are proposals and answers.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from catalog.canonical import encode, plain
from catalog.graph import EdgeSpec, Property, Scalar
from catalog.identity import CurationId, DatasetId, FieldId, JobId, ResourceId, kind_of, named_by
from catalog.signoff import forms
from catalog.statement import Described, DocumentStatement
from ontology.compiler import load_model
from ontology.vocabulary import Label, Rel


class Aspect(StrEnum):
    """What of a thing people curate."""

    OWNER = "owner"
    ROLES = "roles"
    TAGS = "tags"
    TERMS = "terms"
    CLASSIFICATIONS = "classifications"
    DESCRIPTION = "description"
    DOMAIN = "domain"
    BINDING = "binding"
    AGREEMENT = "agreement"
    PROPOSAL = "proposal"
    CLOSING = "closing"
    FORCE = "force"
    SIGN_OFF = "sign-off"
    DEPRECATION = "deprecation"


Value = dict[str, Any]
"""A value of an aspect as ``read_value`` gives it: known members only, lists sorted and without repeats."""

VALUE, REASON, ACTOR = "curatedValue", "description", "committedBy"
"""The properties of a curation, beside its subject and aspect: its value as JSON text, why, and who."""


def as_withdrawn(about: Mapping[str, Property]) -> dict[str, Property]:
    """What a version says of itself, as if it had withdrawn the value: neither that nor the reason is told."""
    return {name: value for name, value in about.items() if name not in (VALUE, REASON)}


def without_value(body: str) -> str:
    """The body of an entry as if it had withdrawn the value, without its reason."""
    return encode({**{key: said for key, said in plain(body).items() if key != "why"}, "value": None})


def statement(
    curation: CurationId, value: Value | None, actor: str | None = None, why: str | None = None
) -> DocumentStatement:
    """What a version of a curation says. ``value``: as ``read_value`` gives it. Raises ValueError for a subject whose
    key is a hash."""
    about: dict[str, Property] = {
        "subject": curation.subject,
        "aspect": curation.aspect,
        "source": curation.source,
    }
    about |= {name: said for name, said in ((ACTOR, actor), (REASON, why)) if said}
    if value is None:
        return DocumentStatement(curation, (), tuple(sorted(about.items())))
    about[VALUE] = encode(value)
    form = FORMS[Aspect(curation.aspect)]
    edges = form.edges(curation.subject, value)
    told = {curation.subject: form.properties(value)}
    for edge in edges:
        told.setdefault(edge.source, {})
        told.setdefault(edge.target, {})
    for key in [key for key in told if kind_of(key) == "field"]:
        told.setdefault(FieldId.parse(key).dataset.key, {})
    leaving: dict[str, list[EdgeSpec]] = {}
    for edge in edges:
        leaving.setdefault(edge.source, []).append(edge)
    made = curation.subject if form.makes(value) else None
    nodes = (
        Described(
            key,
            _label(key),
            tuple(sorted({**properties, **_names(key)}.items())),
            tuple(leaving.get(key, ())),
            stub=key != made,
        )
        for key, properties in sorted(told.items())
    )
    return DocumentStatement(curation, tuple(nodes), tuple(sorted(about.items())))


def _names(key: str) -> dict[str, Property]:
    """The properties that name a node of a kind that events name too."""
    named = named_by(key)
    if isinstance(named, DatasetId | JobId):
        return {"namespace": named.namespace, "name": named.name}
    if isinstance(named, FieldId):
        return {"dataset": named.dataset.key, "name": named.path}
    return {"name": str(named)} if kind_of(key) == "run" else {}


def _label(key: str) -> str:
    """The label of a stub: of names of datasets the one that says least."""
    return Label.DATASET_REFERENCE if kind_of(key) == "dataset" else load_model().label_of_kind(kind_of(key))


@dataclass(frozen=True, slots=True)
class Form:
    """What values of an aspect say: the edges that follow, the properties of the subject, and whether it makes it."""

    edges: Callable[[str, Value], list[EdgeSpec]] = lambda _subject, _value: []
    properties: Callable[[Value], dict[str, Property]] = lambda _value: {}
    makes: Callable[[Value], bool] = lambda _value: False


def _one(rel: Rel, member: str) -> Form:
    return Form(lambda subject, value: [EdgeSpec(rel, subject, value[member])])


def _roles(subject: str, value: Value) -> list[EdgeSpec]:
    return [
        EdgeSpec(Rel.HAS_ROLE, one["agent"], subject, _said(one, ("role", "since", "until")))
        for one in value["roles"]
    ]


def _tags(subject: str, value: Value) -> list[EdgeSpec]:
    return [
        EdgeSpec(Rel.TAGGED, subject, ResourceId("tag", (one["tag"],)).key, _said(one, ("value",)))
        for one in value["tags"]
    ]


def _terms(subject: str, value: Value) -> list[EdgeSpec]:
    rel = Rel.MEANS if kind_of(subject) in ("field", "schema-property") else Rel.THEME
    return [EdgeSpec(rel, subject, term) for term in value["terms"]]


def _classifications(subject: str, value: Value) -> list[EdgeSpec]:
    return [EdgeSpec(Rel.CLASSIFIED_AS, subject, one) for one in value["classifications"]]


def _binding(subject: str, value: Value) -> list[EdgeSpec]:
    bound = [EdgeSpec(Rel.BOUND_TO, subject, one) for one in value["bound"]]
    return bound + [EdgeSpec(Rel.NOT_BOUND_TO, subject, one) for one in value["rejected"]]


def _parties(agreement: str, value: Value) -> list[EdgeSpec]:
    ends = ((Rel.GRANTED_TO, value.get("grantedTo")), (Rel.GRANTED_BY, value.get("grantedBy")))
    found = [EdgeSpec(rel, agreement, party) for rel, party in ends if party is not None]
    return found + [EdgeSpec(Rel.COVERS, agreement, one) for one in value.get("covers", ())]


def _terms_of_agreement(value: Value) -> dict[str, Property]:
    return {name: value[name] for name in ("status", "purpose", "validFrom", "validUntil") if name in value}


def _said(one: Mapping[str, Scalar], names: Iterable[str]) -> tuple[tuple[str, Scalar], ...]:
    return tuple((name, one[name]) for name in names if name in one)


def _always(_value: Value) -> bool:
    return True


FORMS: Mapping[Aspect, Form] = {
    Aspect.OWNER: _one(Rel.OWNED_BY, "agent"),
    Aspect.ROLES: Form(_roles),
    Aspect.TAGS: Form(_tags),
    Aspect.TERMS: Form(_terms),
    Aspect.CLASSIFICATIONS: Form(_classifications),
    Aspect.DESCRIPTION: Form(properties=lambda value: {"description": value["text"]}),
    Aspect.DOMAIN: _one(Rel.IN_DOMAIN, "domain"),
    Aspect.BINDING: Form(_binding),
    Aspect.AGREEMENT: Form(_parties, _terms_of_agreement, lambda value: "grantedTo" in value),
    Aspect.PROPOSAL: Form(forms.proposal_edges, forms.proposal_properties, _always),
    Aspect.CLOSING: Form(properties=forms.closing_properties),
    Aspect.FORCE: Form(properties=forms.force_properties),
    Aspect.SIGN_OFF: Form(forms.sign_off_edges, forms.sign_off_properties, _always),
    Aspect.DEPRECATION: Form(forms.deprecation_edges, forms.deprecation_properties),
}
