"""On which things a policy has to be asked anew because something in the graph is different.

What is left out surely has the verdict that it had: a test compares with asking of all. Where that cannot be told of
single things, a policy is asked of all (None).
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from catalog.curated import SINGLE
from catalog.governance.checks.ground import Ground
from catalog.governance.difference import Difference
from catalog.governance.homes import Homes, may_move
from catalog.governance.lineage_dependence import of_lineage
from catalog.governance.policy import (
    Hop,
    LineageCheck,
    Policy,
    QueryCheck,
    Requirement,
    ScopeKind,
    ShapeCheck,
)
from catalog.graph import Direction
from catalog.identity import ResourceId, kind_of
from ontology.compiler import load_model
from ontology.rdf import RDF
from ontology.vocabulary import Rel

Targets: TypeAlias = frozenset[str] | None
"""Keys of things; None: all."""


@dataclass(frozen=True)
class Both:
    """A graph as it is and as it would be, and what is different."""

    before: Ground
    after: Ground
    difference: Difference

    @property
    def grounds(self) -> tuple[Ground, Ground]:
        return self.before, self.after


def asked_anew(both: Both, policies: Iterable[Policy]) -> dict[str, Targets]:
    """By policy (id) the things on which its verdict may be another; without those that have none."""
    homes = Homes(both.grounds, both.difference)
    found = {policy.id: _of_policy(both, homes, policy) for policy in policies}
    return {id_: targets for id_, targets in found.items() if targets is None or targets}


def _of_policy(both: Both, homes: Homes, policy: Policy) -> Targets:
    scoped = _of_scope(both, homes, policy)
    checked = _of_check(both, policy)
    if scoped is None or checked is None:
        return None
    kinds = {load_model().node(label).kind for label in load_model().concrete((policy.of,))}
    return frozenset(key for key in scoped | checked if kind_of(key) in kinds)


def _of_scope(both: Both, homes: Homes, policy: Policy) -> Targets:
    """What may come into the scope of a policy."""
    scope, found = policy.scope, both.difference
    if scope.kind is ScopeKind.GLOBAL:
        return frozenset()
    key = scope.key or ResourceId("tag", (scope.name,)).key
    if key in found.existing:
        return None
    if scope.kind is ScopeKind.TAG:
        return frozenset(edge.source for edge in found.edges if edge.type == Rel.TAGGED)
    return homes.moved() if may_move(found) else _fields_in(found)


def _fields_in(found: Difference) -> frozenset[str]:
    """New fields are where their datasets are."""
    return frozenset(key for key in found.existing if kind_of(key) == "field")


def _of_check(both: Both, policy: Policy) -> Targets:
    match policy.check:
        case ShapeCheck() as check:
            return _of_shape(both, check)
        case LineageCheck() as check:
            return of_lineage(both.grounds, both.difference, check)
        case QueryCheck() as check:
            return None if _may_tell(check.select, both.difference) else frozenset(both.difference.existing)


# Shapes


def _of_shape(both: Both, check: ShapeCheck) -> frozenset[str]:
    """What a shape sees that is different, walked back to the things of which it is asked."""
    found = set(both.difference.nodes)
    for way, seen in _seen(both, check.require, ()):
        found |= _walked_back(both, way, seen)
    return frozenset(found)


_Way: TypeAlias = tuple[Hop, ...]


def _seen(both: Both, requirements: Iterable[Requirement], way: _Way) -> Iterator[tuple[_Way, set[str]]]:
    """Ways from the things on, and what is different at their ends."""
    for one in requirements:
        if one.property is not None:
            yield way, set(both.difference.nodes)
        for place, hop in enumerate(one.path):
            yield (*way, *one.path[:place]), _left(both, hop)
        if one.label is not None:
            yield (*way, *one.path), set(both.difference.nodes)
        yield from _seen(both, (*one.then, *one.such), (*way, *one.path))


def _left(both: Both, hop: Hop) -> set[str]:
    """What a hop leaves from where something is different."""
    edges = [edge for edge in both.difference.edges if edge.type == hop.relationship]
    if not hop.inverse:
        return {edge.source for edge in edges}
    found = {edge.target for edge in edges}
    if hop.relationship in SINGLE:  # one that counts hides others of the same source
        sources = {edge.source for edge in edges}
        found |= _followed(both, sources, hop.relationship, Direction.OUT)
    return found


def _walked_back(both: Both, way: _Way, seen: set[str]) -> set[str]:
    here = seen
    for hop in reversed(way):
        here = _followed(both, here, hop.relationship, Direction.OUT if hop.inverse else Direction.IN)
    return here


def _followed(both: Both, keys: Collection[str], type_: str, direction: Direction) -> set[str]:
    """Where edges lead to, as they are or as they would be."""
    if not keys:
        return set()
    edges = [edge for ground in both.grounds for edge in ground.reader.edges(keys, (type_,), direction)]
    return {edge.target if direction is Direction.OUT else edge.source for edge in edges}


# Queries


def _may_tell(text: str, found: Difference) -> bool:
    """Whether the answer of a query may be another. The grammar of SPARQL is built when it is loaded: only here."""
    from ontology.sparql_terms import predicates_of

    predicates = predicates_of(text)
    if predicates is None:
        return True
    model = load_model()
    looked_at = set[str]()
    for iri in predicates:
        relationship, property_ = model.relationship_by_iri(iri), model.property_by_iri(iri)
        if relationship is not None:
            looked_at.add(relationship.type)
        elif property_ is not None:
            looked_at.add(property_.name)
        elif iri == f"{RDF}type":
            looked_at |= {"type"} if found.existing else set()
        else:
            return True
    return "type" in looked_at or not looked_at.isdisjoint(found.types | found.properties)


def joined(found: Mapping[str, Targets], more: Mapping[str, Collection[str]]) -> dict[str, Targets]:
    """With further things by policy."""
    all_ = dict(found)
    for id_, keys in more.items():
        known = all_.get(id_, frozenset())
        all_[id_] = None if known is None else known | frozenset(keys)
    return all_
