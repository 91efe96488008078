"""What the curations of sign-off say in the graph: the edges of a value, and the properties of its subject.

proposal     {"title", "changes": {…}, "shown": [{"agent": key, "digest"}, …], "author"?, "team"?: key, "reason"?,
             "link"?, "deadline"?: instant}                                       of proposal/{id}, which it makes
closing      {"status": word, "note"?}                                            of proposal/{id}
force        {"reason", "digest"}                                                 of proposal/{id}
sign-off     {"proposal": key, "agent": key, "answer": word, "shown": digest, "until"?: instant, "note"?}
                                                                          of sign-off/{id}/{agent}, which it makes
deprecation  {"removal"?: instant, "reason"?, "instead"?: key}               of a field, a name of a dataset or a port
"""

from collections.abc import Mapping
from typing import Any

from catalog.canonical import encode
from catalog.graph import EdgeSpec, Property
from catalog.identity import DatasetId, FieldId, ResourceId, is_hashed, kind_of
from ontology.vocabulary import Rel

Value = Mapping[str, Any]


def proposal_key(id_: str) -> str:
    """The key of the proposal of an id."""
    return ResourceId("proposal", (id_,)).key


def proposal_id(key: str) -> str:
    """The id in the key of a proposal. Raises ValueError."""
    [id_] = ResourceId.parse(key).parts
    return id_


def sign_off_key(proposal: str, agent: str) -> str:
    """The key of the answer of an agent (key) to a proposal (key)."""
    return ResourceId("sign-off", (proposal_id(proposal), agent)).key


def proposal_edges(proposal: str, value: Value) -> list[EdgeSpec]:
    """To all that it names, so that what is forgotten is forgotten here too."""
    things = {one["subject"] for one in value["changes"]["changes"]} | {
        *value["changes"].get("contracts", ())
    }
    team = value.get("team")
    by = [] if team is None else [EdgeSpec(Rel.PROPOSED_BY, proposal, team)]
    return [EdgeSpec(Rel.PROPOSES, proposal, one) for one in sorted(things)] + by


def proposal_properties(value: Value) -> dict[str, Property]:
    said = {name: value[name] for name in ("author", "link", "deadline") if name in value}
    about = {"description": value["reason"]} if "reason" in value else {}
    return {"name": value["title"], "changes": encode(value["changes"]), **said, **about}


def closing_properties(value: Value) -> dict[str, Property]:
    return {"status": value["status"]}


def force_properties(value: Value) -> dict[str, Property]:
    return {"forced": value["reason"], "forcedDigest": value["digest"]}


def sign_off_edges(sign_off: str, value: Value) -> list[EdgeSpec]:
    ends = ((Rel.ANSWERS, value["proposal"]), (Rel.ANSWERED_BY, value["agent"]))
    return [EdgeSpec(rel, sign_off, end) for rel, end in ends]


def sign_off_properties(value: Value) -> dict[str, Property]:
    until = {"migratedBy": value["until"]} if "until" in value else {}
    note = {"description": value["note"]} if "note" in value else {}
    return {"answer": value["answer"], "shownDigest": value["shown"], **until, **note}


def deprecation_edges(subject: str, value: Value) -> list[EdgeSpec]:
    return [EdgeSpec(Rel.REPLACED_BY, subject, value["instead"])] if "instead" in value else []


def deprecation_properties(value: Value) -> dict[str, Property]:
    names = (("removal", "removal"), ("reason", "deprecationReason"))
    return {"deprecated": True, **{name: value[said] for said, name in names if said in value}}


def is_deprecable(key: str) -> bool:
    """Whether a thing can be deprecated, by the kind of its key."""
    return kind_of(key) in ("dataset", "field", "output-port", "input-port", "management-port")


def field_of(dataset: str, path: str) -> str | None:
    """The key of a field of a dataset; None where the key of the dataset is a hash."""
    return None if is_hashed(dataset) else FieldId(DatasetId.parse(dataset), path).key
