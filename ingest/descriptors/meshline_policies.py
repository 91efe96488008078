"""Policies and waivers in our own descriptors."""

from collections.abc import Mapping
from typing import Any

from catalog.duration import duration_s
from catalog.governance.check_reading import read_check
from catalog.governance.policy import Policy, Scope, ScopeKind, Severity
from catalog.governance.stored import policy_properties, waiver_properties
from catalog.governance.waiver import Waiver
from catalog.identity import DatasetId
from catalog.instant import parse_instant
from ingest.descriptors.meshline_mesh import Mesh, instant
from ingest.descriptors.stated import Stated
from ontology.compiler import load_model
from ontology.vocabulary import Label, Rel

_SAID_AS: Mapping[str, str] = {
    "name": "title",
    "description": "why",
    "scopeTag": "scope",
    "checkKind": "check",
}
"""Under which key a property is said, where that has another name."""


def read_policy(said: Stated, mesh: Mesh) -> None:
    draft = mesh.draft
    id_ = str(said.raw("id"))
    node = draft.thing(Label.GOVERNANCE_POLICY, id_, at=said.at("id"))
    draft.say(node, said.path)
    check, faults = read_check(said.raw("check"), load_model())
    for fault in faults:
        draft.fault((*said.at("check"), *fault.path), fault.message)
    begins = _ns(said, "effectiveFrom", ends=False)
    grace_s = _grace(said)
    mesh.owned(said, node)
    scope = _scope(said, node, mesh)
    mesh.link(said, "tightens", node, Rel.TIGHTENS, Label.GOVERNANCE_POLICY)
    if check is None:
        return
    policy = Policy(
        id_,
        said.text("title") or id_,
        owner="",
        check=check,
        scope=scope,
        severity=Severity(said.text("severity") or Severity.WARN),
        why=said.text("why") or "",
        remediation=said.text("remediation") or "",
        effective_from_ns=begins,
        grace_s=grace_s,
        enabled=said.raw("enabled") is not False,
    )
    for name, value in policy_properties(policy).items():
        draft.say(node, said.at(_SAID_AS.get(name, name)), **{name: value})


def read_waiver(said: Stated, mesh: Mesh) -> None:
    draft = mesh.draft
    id_ = str(said.raw("id"))
    node = draft.thing(Label.WAIVER, id_, at=said.at("id"))
    draft.say(node, said.path)
    mesh.link(said, "policy", node, Rel.WAIVES, Label.GOVERNANCE_POLICY)
    target = said.one("target")
    assert target is not None
    draft.link(Rel.APPLIES_TO, node, _target(target, mesh), target.path)
    given = said.raw("approver")
    label, approver = (Label.PERSON, given["person"]) if isinstance(given, Mapping) else (Label.TEAM, given)
    at = said.at("approver")
    draft.link(Rel.GRANTED_BY, node, draft.thing(label, approver, at=at), at)
    expires = _ns(said, "expiresAt", ends=True)
    if expires is None:
        return
    waiver = Waiver(id_, "", "", said.text("reason") or "", "", expires)
    for name, value in waiver_properties(waiver).items():
        draft.say(node, said.at("id" if name == "name" else name), **{name: value})


def _ns(said: Stated, key: str, *, ends: bool) -> int | None:
    found = instant(said, key, ends=ends)
    return None if found is None else parse_instant(found).ns


def _grace(said: Stated) -> int:
    text = said.text("grace")
    if text is None:
        return 0
    seconds = duration_s(text)
    if seconds is None:
        said.draft.fault(said.at("grace"), f"{text!r:.60} is no duration: one looks like P30D, P2W or PT12H.")
    elif said.text("effectiveFrom") is None:
        said.draft.fault(said.at("grace"), "Grace begins when the policy binds: say 'effectiveFrom' too.")
    return seconds or 0


def _scope(said: Stated, node: str, mesh: Mesh) -> Scope:
    given = said.one("scope")
    if given is None:
        said.taken("scope")
        return Scope()
    kind = ScopeKind(next(iter(given.value)))
    labels = {ScopeKind.DOMAIN: Label.DOMAIN, ScopeKind.PRODUCT: Label.DATA_PRODUCT}
    if kind in labels:
        mesh.link(given, kind, node, Rel.APPLIES_TO, labels[kind])
    return Scope(kind, given.text(kind) or "")


def _target(said: Stated, mesh: Mesh) -> str:
    """The node of the thing that a waiver is for."""
    for part, head in (("port", "product"), ("field", "dataset")):
        if part in said.value and head not in said.value:
            said.draft.fault(said.at(part), f"A {part} is one of a {head}: say which.")
    path, port = said.text("field"), said.text("port")
    for key, thing in (("dataset", mesh.draft.dataset), ("job", mesh.draft.job)):
        one = said.one(key)
        if one is not None and path is not None:
            return mesh.draft.field(
                DatasetId(_name(one, "namespace"), _name(one, "name")), path, at=said.at("field")
            )
        if one is not None:
            return thing(_name(one, "namespace"), _name(one, "name"), at=one.path)
    if port is not None:
        return mesh.draft.thing(Label.OUTPUT_PORT, str(said.raw("product")), port, at=said.at("port"))
    labels = {"product": Label.DATA_PRODUCT, "contract": Label.DATA_CONTRACT, "domain": Label.DOMAIN}
    key = next(key for key in labels if key in said.value)
    return mesh.draft.thing(labels[key], str(said.raw(key)), at=said.at(key))


def _name(said: Stated, key: str) -> str:
    value: Any = said.raw(key)
    return str(value)
