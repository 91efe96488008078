"""Policies and waivers as the graph has them: their nodes with the edges that leave them, written and read.

    (policy {name, description, scope, scopeTag, severity, effectiveFrom, grace, remediation, checkKind, check,
             enabled})
        OWNED_BY a team or person, APPLIES_TO the domain or product of its scope, TIGHTENS a policy
    (waiver {name, reason, expiresAt}) WAIVES a policy, APPLIES_TO a thing, GRANTED_BY a team or person

What documents say of one policy is joined as everything is, so it may come to what is no policy. That is told with a
reason, and never taken for one that asks for less.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from catalog.canonical import NotJson, decode, digest, encode, plain
from catalog.curated import counting
from catalog.described import described
from catalog.duration import duration_s, format_duration
from catalog.governance.check_json import check_text
from catalog.governance.check_reading import read_check
from catalog.governance.policy import Check, Policy, Scope, ScopeKind, Severity, policy_key
from catalog.governance.waiver import Waiver
from catalog.graph import Direction, Edge, EdgeSpec, Node, Property
from catalog.identity import ResourceId, is_hashed
from catalog.instant import InvalidInstant, format_instant, parse_instant
from catalog.store.port import NodeFilter, Reader
from ontology.compiler import load_model
from ontology.model import GraphModel
from ontology.vocabulary import Label, Rel

_PAGE = 1_000
_OF_POLICIES = (Rel.OWNED_BY, Rel.APPLIES_TO, Rel.TIGHTENS)
_OF_WAIVERS = (Rel.WAIVES, Rel.APPLIES_TO, Rel.GRANTED_BY)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A policy or waiver (key) that the graph has, and that cannot be followed as it is: why."""

    key: str
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Stored:
    """All policies and waivers of the graph as of one instant, sorted by key; drafts are among them."""

    policies: tuple[Policy, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()


# To the graph


def policy_properties(policy: Policy) -> dict[str, Property]:
    """The properties of the node of a policy."""
    begins = policy.effective_from_ns
    said: dict[str, Property | None] = {
        "name": policy.title,
        "description": policy.why or None,
        "scope": str(policy.scope.kind),
        "scopeTag": policy.scope.name if policy.scope.kind is ScopeKind.TAG else None,
        "severity": str(policy.severity),
        "effectiveFrom": None if begins is None else format_instant(begins),
        "grace": format_duration(policy.grace_s) if policy.grace_s else None,
        "remediation": policy.remediation or None,
        "checkKind": str(policy.kind),
        "check": check_text(policy.check),
        "enabled": policy.enabled,
    }
    return {name: value for name, value in said.items() if value is not None}


def policy_edges(policy: Policy) -> list[EdgeSpec]:
    """The edges that leave the node of a policy."""
    tightened = None if policy.tightens is None else policy_key(policy.tightens)
    ends = (
        (Rel.OWNED_BY, policy.owner or None),
        (Rel.APPLIES_TO, policy.scope.key),
        (Rel.TIGHTENS, tightened),
    )
    return [EdgeSpec(rel, policy.key, end) for rel, end in ends if end is not None]


def policy_digest(policy: Policy) -> str:
    """32 hex digits of all that the graph has of a policy."""
    return digest(encode([policy_properties(policy), sorted(map(repr, policy_edges(policy)))]))


def waiver_properties(waiver: Waiver) -> dict[str, Property]:
    """The properties of the node of a waiver."""
    return {"name": waiver.id, "reason": waiver.reason, "expiresAt": format_instant(waiver.expires_ns)}


def waiver_edges(waiver: Waiver) -> list[EdgeSpec]:
    """The edges that leave the node of a waiver."""
    ends = (
        (Rel.WAIVES, policy_key(waiver.policy)),
        (Rel.APPLIES_TO, waiver.target),
        (Rel.GRANTED_BY, waiver.approver),
    )
    return [EdgeSpec(rel, waiver.key, end) for rel, end in ends]


# From the graph


class _Wrong(ValueError):
    """What a node says is no policy or waiver; the message says why."""


def stored(reader: Reader, at: int | None = None) -> Stored:
    """The policies and waivers of a store now or as of ``at`` (nanoseconds). What is only named is none."""
    nodes = {
        key: node for label in (Label.GOVERNANCE_POLICY, Label.WAIVER) for key, node in _nodes(reader, label)
    }
    edges = counting(reader.edges(nodes, (*_OF_POLICIES, Rel.WAIVES, Rel.GRANTED_BY), Direction.OUT, at))
    leaving: dict[str, list[Edge]] = defaultdict(list)
    for edge in edges:
        leaving[edge.source].append(edge)
    return read_stored(_then(reader, nodes, at), leaving)


def read_stored(nodes: Sequence[Node], leaving: Mapping[str, Sequence[Edge]]) -> Stored:
    """The policies and waivers among nodes, with the edges that leave each."""
    model = load_model()
    policies: list[Policy] = []
    waivers: list[Waiver] = []
    unreadable: list[Unreadable] = []
    for node in sorted(nodes, key=lambda one: one.key):
        ends = {rel: _ends(leaving.get(node.key, ()), rel) for rel in (*_OF_POLICIES, *_OF_WAIVERS)}
        try:
            if node.label == Label.GOVERNANCE_POLICY:
                policies.append(_policy(node, ends, model))
            elif node.label == Label.WAIVER:
                waivers.append(_waiver(node, ends))
        except _Wrong as error:
            unreadable.append(Unreadable(node.key, _text(node, "name") or node.key, str(error)))
    return Stored(tuple(policies), tuple(waivers), tuple(unreadable))


def _nodes(reader: Reader, label: Label) -> Iterator[tuple[str, Node]]:
    after: str | None = None
    while True:
        page = reader.page(NodeFilter((label,)), after, _PAGE)
        yield from ((node.key, node) for node in page)
        if len(page) < _PAGE:
            return
        after = page[-1].key


def _then(reader: Reader, nodes: Mapping[str, Node], at: int | None) -> list[Node]:
    """The nodes as they were at the instant, of which something was said then."""
    if at is None:
        hidden = ("gone", "inferred")
        return [one for one in nodes.values() if not any(one.properties.get(name) is True for name in hidden)]
    said = described(reader, nodes, at)
    return [Node(key, one.label, one.properties) for key, one in said.items() if not one.only_named]


def _ends(edges: Sequence[Edge], rel: Rel) -> list[str]:
    return sorted({edge.target for edge in edges if edge.type == rel})


def _text(node: Node, name: str) -> str:
    value = node.properties.get(name)
    return value if isinstance(value, str) else ""


def _id(key: str) -> str:
    if is_hashed(key):
        raise _Wrong("An id is too long.")
    parts = ResourceId.parse(key).parts
    if len(parts) != 1:
        raise _Wrong(f"{key} has no one id.")
    return parts[0]


def _policy(node: Node, ends: Mapping[Rel, Sequence[str]], model: GraphModel) -> Policy:
    tightened = _at_most_one(ends[Rel.TIGHTENS], "It tightens several policies")
    return Policy(
        _id(node.key),
        _text(node, "name") or _id(node.key),
        next(iter(ends[Rel.OWNED_BY]), ""),
        _check(node, model),
        _scope(node, ends[Rel.APPLIES_TO]),
        _severity(node),
        _text(node, "description"),
        _text(node, "remediation"),
        _instant(node, "effectiveFrom"),
        _grace(node),
        None if tightened is None else _id(tightened),
        node.properties.get("enabled") is not False,
    )


def _check(node: Node, model: GraphModel) -> Check:
    text = _text(node, "check")
    if not text:
        raise _Wrong("It has no check.")
    try:
        decode(text)
        found, faults = read_check(plain(text), model)
    except NotJson as error:
        raise _Wrong(f"Its check is no JSON: {error}.") from error
    if found is None:
        first = faults[0]
        path = ".".join(map(str, first.path))
        raise _Wrong(f"Its check cannot be followed: {f'{path}: ' if path else ''}{first.message}")
    if _text(node, "checkKind") not in ("", next(iter(plain(text)))):
        raise _Wrong(f"Its check is no {_text(node, 'checkKind')}, as it says.")
    return found


def _scope(node: Node, ends: Sequence[str]) -> Scope:
    word = _text(node, "scope") or ScopeKind.GLOBAL
    if word not in list(ScopeKind):
        raise _Wrong(f"Its scope {word!r:.60} is none of {', '.join(ScopeKind)}.")
    kind = ScopeKind(word)
    if kind is ScopeKind.TAG and not _text(node, "scopeTag"):
        raise _Wrong("Its scope is a tag, and it does not say which.")
    if kind in (ScopeKind.GLOBAL, ScopeKind.TAG):
        if ends:
            raise _Wrong(f"Its scope is {kind}, and it applies to {ends[0]}.")
        return Scope(kind, _text(node, "scopeTag") if kind is ScopeKind.TAG else "")
    end = _at_most_one(ends, f"Its scope is one {kind}, and it applies to several things")
    if end is None or not end.startswith(f"{kind}/"):
        raise _Wrong(f"Its scope is a {kind}, and it does not say which.")
    return Scope(kind, _id(end))


def _severity(node: Node) -> Severity:
    word = _text(node, "severity") or Severity.WARN
    if word not in list(Severity):
        raise _Wrong(f"Its severity {word!r:.60} is none of {', '.join(Severity)}.")
    return Severity(word)


def _grace(node: Node) -> int:
    text = _text(node, "grace")
    seconds = duration_s(text) if text else 0
    if seconds is None:
        raise _Wrong(f"Its grace {text!r:.60} is no duration such as P30D.")
    if seconds and not _text(node, "effectiveFrom"):
        raise _Wrong("It gives grace, and does not say from when on it binds.")
    return seconds


def _instant(node: Node, name: str) -> int | None:
    text = _text(node, name)
    try:
        return parse_instant(text).ns if text else None
    except InvalidInstant as error:
        raise _Wrong(f"Its {name} is no time: {error}.") from error


def _waiver(node: Node, ends: Mapping[Rel, Sequence[str]]) -> Waiver:
    policy = _one(ends[Rel.WAIVES], "policy")
    target, approver = _one(ends[Rel.APPLIES_TO], "target"), _one(ends[Rel.GRANTED_BY], "approver")
    expires = _instant(node, "expiresAt")
    if expires is None:
        raise _Wrong("It does not say when it ends.")
    return Waiver(_id(node.key), _id(policy), target, _text(node, "reason"), approver, expires)


def _one(ends: Sequence[str], what: str) -> str:
    end = _at_most_one(ends, f"It names more than one {what}")
    if end is None:
        raise _Wrong(f"It names no {what}.")
    return end


def _at_most_one(ends: Sequence[str], otherwise: str) -> str | None:
    if len(ends) > 1:
        raise _Wrong(f"{otherwise}: {', '.join(ends[:3])}.")
    return next(iter(ends), None)
