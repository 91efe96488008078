"""Changes that are not in the graph as a proposal would leave it, and the policies that might see them there.

What would be different is not known, but of what: so a policy is named where it looks at any of that.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping

from catalog.coverage import spoken
from catalog.derivation.settlement import DERIVED
from catalog.governance.checks.ground import Ground
from catalog.governance.depending import Both, asked_anew
from catalog.governance.difference import Difference
from catalog.governance.policy import Check, Policy, Requirement, ShapeCheck
from catalog.governance.verdict import Unevaluated
from catalog.graph import Direction, EdgeSpec
from catalog.identity import kind_of
from catalog.impact.change import Change, ChangeKind
from catalog.impact.spoken import spoken_change
from catalog.store.port import Reader
from ontology.compiler import load_model
from ontology.vocabulary import Rel

_K = ChangeKind
_CLASSED = (_K.CLASSIFICATION_RAISED, _K.CLASSIFICATION_LOWERED)
_LOOKED_AT: Mapping[ChangeKind, tuple[Collection[str], Collection[str]]] = {
    _K.DATASET_MOVED: (tuple(Rel), ("namespace", "name")),
    _K.QUERY_CHANGED: (DERIVED, ("name", "type")),
    _K.OWNER_CHANGED: ((Rel.OWNED_BY, Rel.HAS_ROLE), ()),
    _K.LICENCE_CHANGED: ((Rel.HAS_POLICY,), ("license", "price")),
    **dict.fromkeys(_CLASSED, ((Rel.CLASSIFIED_AS,), ())),
    _K.MEANING_CHANGED: ((Rel.MEANS, Rel.TAGGED), ("description", "title", "unit", "name", "tags")),
    _K.KEY_CHANGED: ((), ("primaryKey", "unique")),
    **dict.fromkeys(
        (_K.SLO_TIGHTENED, _K.SLO_RELAXED, _K.SLO_REMOVED),
        ((Rel.HAS_SLO, Rel.ON_METRIC), ("threshold", "operator", "unit")),
    ),
}
"""By kind the types of edges and the properties that it might change; of the others of a contract any."""
_OF: Mapping[ChangeKind, Collection[str]] = {
    **dict.fromkeys((_K.QUERY_CHANGED, _K.OWNER_CHANGED, *_CLASSED), ()),
    **dict.fromkeys((_K.SLO_TIGHTENED, _K.SLO_RELAXED, _K.SLO_REMOVED), ("slo",)),
    _K.KEY_CHANGED: ("schema-property",),
    _K.LICENCE_CHANGED: ("product", "dataset", "output-port", "contract-version"),
    _K.MEANING_CHANGED: ("field", "schema-property", "dataset", "schema", "product", "output-port"),
}
"""By kind the kinds of things whose properties it might change; of the others of a contract any."""
_ABOVE = (Rel.BOUND_TO, Rel.VERSION_OF)
_BELOW = (Rel.HAS_SLO, Rel.HAS_SCHEMA, Rel.HAS_PROPERTY, Rel.HAS_QUALITY_RULE, Rel.HAS_SERVER, Rel.HAS_FIELD)


def unjudged(
    reader: Reader, left: Iterable[Change], policies: Collection[Policy], now_ns: int
) -> Iterator[Unevaluated]:
    """The policies that look at what is left of a proposal, each with a reason."""
    ground = Ground(reader, None, now_ns)
    reasons: dict[str, list[str]] = defaultdict(list)
    for change in left:
        found = _difference(reader, change)
        asked = asked_anew(Both(ground, ground, found), policies)
        for policy in policies:
            if policy.id in asked or _looks_back(policy.check, found.types):
                reasons[policy.id].append(_why(change))
    for id_, told in sorted(reasons.items()):
        more = len(set(told)) - 1
        changes = "one more change" if more == 1 else f"{more} more changes"
        yield Unevaluated(id_, f"{told[0]} So it is with {changes}." if more else told[0])


def _looks_back(check: Check, types: Collection[str]) -> bool:
    """Whether a shape walks such edges against their direction: who is at their other end then is not known."""
    return isinstance(check, ShapeCheck) and any(
        hop.inverse and hop.relationship in types for one in _within(check.require) for hop in one.path
    )


def _within(requirements: Iterable[Requirement]) -> Iterator[Requirement]:
    for one in requirements:
        yield one
        yield from _within((*one.then, *one.such))


def _why(change: Change) -> str:
    if change.kind is _K.QUERY_CHANGED:
        return f"What the new SQL of {spoken(change.subject)} would make of lineage is not evaluated."
    told = spoken_change(change)
    return f"It is not evaluated what becomes of {spoken(change.subject)}, as no document says it: {told}."


def _difference(reader: Reader, change: Change) -> Difference:
    """All that might be different."""
    parts = _parts(reader, change.subject)
    types, properties = _LOOKED_AT.get(change.kind) or _any(parts)
    edges = frozenset(EdgeSpec(type_, part, part) for type_ in types for part in parts)
    kinds = _OF.get(change.kind)
    nodes = frozenset(part for part in parts if kinds is None or kind_of(part) in kinds)
    return Difference(nodes, frozenset(), frozenset(properties), edges)


def _any(parts: Iterable[str]) -> tuple[Collection[str], Collection[str]]:
    """Every type and property of things of these kinds."""
    model = load_model()
    kinds = {kind_of(key) for key in parts}
    labels = [node for node in model.nodes if node.kind in kinds]
    ends = {label for node in labels for label in model.label_path(node.label)}
    types = {one.type for one in model.relationships if not ends.isdisjoint(one.sources)}
    return types, {name for node in labels for name in node.by_name}


def _parts(reader: Reader, subject: str) -> set[str]:
    """The thing, the contracts that promise it, and what belongs to either."""
    found = {subject}
    fresh: Collection[str] = found
    while fresh:
        above = reader.edges(fresh, _ABOVE, Direction.IN)
        below = reader.edges(fresh, _BELOW, Direction.OUT)
        versions = [one for one in fresh if kind_of(one) == "schema"]
        holding = reader.edges(versions, (Rel.HAS_SCHEMA,), Direction.IN) if versions else []
        fresh = {edge.source for edge in (*above, *holding)} | {edge.target for edge in below}
        fresh -= found
        found |= fresh
    return found
