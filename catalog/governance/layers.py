"""Layers of policies: a lower one adds or tightens, and never loosens. What cannot be proven to tighten is refused.

A policy of a lower layer is judged beside that of the higher one, whatever it says: so nothing that it leaves out goes
unseen. What ``tightens`` claims is that it asks for all that the other asks for, as bad at least and as early at least.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from catalog.governance.entailment import shortfalls
from catalog.governance.names import near
from catalog.governance.policy import Policy, Requirement, Scope, ScopeKind, ShapeCheck
from catalog.instant import MIN_INSTANT, format_instant
from ontology.compiler import load_model

_RANKS = {ScopeKind.GLOBAL: 0, ScopeKind.DOMAIN: 1, ScopeKind.TAG: 1, ScopeKind.PRODUCT: 2}


@dataclass(frozen=True, slots=True)
class Refusal:
    """A policy (id) that is not followed, and each reason for it."""

    policy: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two policies (ids) that nothing can follow at once, and why. Both are judged all the same: what has to follow
    both fails one of them."""

    policy: str
    other: str
    reason: str


@dataclass(frozen=True, slots=True)
class Layers:
    """A set of policies that was compiled: those that hold, those that are refused, and what is in conflict; by id."""

    policies: tuple[Policy, ...]
    refused: tuple[Refusal, ...] = ()
    conflicts: tuple[Conflict, ...] = ()


def compile_layers(policies: Collection[Policy], unreadable: Collection[str] = ()) -> Layers:
    """Prove what each policy claims to tighten. ``unreadable``: ids of policies that are there and cannot be read.

    A policy is refused that tightens what is not there, what it is not proven to tighten, itself by way of others, or
    one that is refused.
    """
    known = {one.id: one for one in policies}
    refused: dict[str, tuple[str, ...]] = {}
    for one in known.values():
        reasons = tuple(_reasons(one, known, frozenset(unreadable)))
        if reasons:
            refused[one.id] = reasons
    _refuse_above(known, refused)
    kept = tuple(one for id_, one in sorted(known.items()) if id_ not in refused)
    found = tuple(Refusal(id_, reasons) for id_, reasons in sorted(refused.items()))
    return Layers(kept, found, tuple(conflicts(kept)))


def _reasons(policy: Policy, known: Mapping[str, Policy], unreadable: frozenset[str]) -> Iterator[str]:
    if policy.tightens is None:
        return
    higher = known.get(policy.tightens)
    if policy.tightens in unreadable:
        yield f"It tightens {policy.tightens}, which cannot be read."
    elif higher is None:
        hint = near(policy.tightens, known.keys() - {policy.id})
        yield f"It tightens {policy.tightens!r}, and there is no such policy.{hint}"
    elif loop := _loop(policy, known):
        yield f"It tightens itself: {' → '.join(loop)}."
    else:
        yield from loosened(policy, higher)


def loosened(lower: Policy, higher: Policy) -> Iterator[str]:
    """Why the first is not proven to tighten the second; nothing if it is."""
    if not _is_below(lower.scope, higher.scope):
        yield f"{higher.id} is of {_spoken(higher.scope)}, which is no layer above {_spoken(lower.scope)}."
    if lower.severity.rank < higher.severity.rank:
        yield f"Its severity is {lower.severity}, and that of {higher.id} is {higher.severity}."
    if _begin(lower) > _begin(higher):
        yield f"It binds from {_since(lower)} on, and {higher.id} from {_since(higher)} on."
    yield from shortfalls(lower.check, higher.check)


def _begin(policy: Policy) -> int:
    """The instant from which there is no grace any more; one before all others where it always binds."""
    return MIN_INSTANT if policy.binding_from_ns is None else policy.binding_from_ns


def _is_below(lower: Scope, higher: Scope) -> bool:
    """Whether a scope is of a lower layer. Of two domains one may be a part of the other, which the graph knows."""
    if lower.kind is higher.kind is ScopeKind.DOMAIN:
        return lower.name != higher.name
    return _RANKS[lower.kind] > _RANKS[higher.kind]


def _spoken(scope: Scope) -> str:
    return "the whole mesh" if scope.kind is ScopeKind.GLOBAL else f"the {scope.kind} {scope.name}"


def _since(policy: Policy) -> str:
    begins = policy.binding_from_ns
    return "the beginning" if begins is None else format_instant(begins)


def _loop(policy: Policy, known: Mapping[str, Policy]) -> list[str]:
    """The way back to a policy by what each tightens; none if there is none."""
    way = [policy.id]
    while (above := known.get(way[-1])) is not None and above.tightens is not None:
        if above.tightens == policy.id:
            return [*way, policy.id]
        if above.tightens in way:
            return []
        way.append(above.tightens)
    return []


def _refuse_above(known: Mapping[str, Policy], refused: dict[str, tuple[str, ...]]) -> None:
    """Refuse what tightens a refused policy, whatever lies between."""
    below: dict[str, list[str]] = defaultdict(list)
    for one in known.values():
        if one.tightens is not None:
            below[one.tightens].append(one.id)
    waiting = sorted(refused)
    while waiting:
        above = waiting.pop()
        for id_ in below[above]:
            if id_ not in refused:
                refused[id_] = (f"It tightens {above}, which is refused.",)
                waiting.append(id_)


# Conflicts


def conflicts(policies: Sequence[Policy]) -> Iterator[Conflict]:
    """What no thing can follow at once, of policies whose scopes are not told apart by their values."""
    shapes = [one for one in policies if isinstance(one.check, ShapeCheck)]
    for one, other in combinations(sorted(shapes, key=lambda policy: policy.id), 2):
        assert isinstance(one.check, ShapeCheck)
        assert isinstance(other.check, ShapeCheck)
        if _may_meet(one, other) and _are_asked_together(one.check, other.check):
            for reason in _contradictions(one.check.require, other.check.require):
                yield Conflict(one.id, other.id, reason)


def _may_meet(one: Policy, other: Policy) -> bool:
    """Whether there may be things that both are for."""
    model = load_model()
    if set(model.concrete([one.of])).isdisjoint(model.concrete([other.of])):
        return False
    return (
        one.scope.kind is not ScopeKind.PRODUCT
        or other.scope.kind is not ScopeKind.PRODUCT
        or one.scope == other.scope
    )


def _are_asked_together(one: ShapeCheck, other: ShapeCheck) -> bool:
    """Whether both can be asked of one thing: no condition on a property that has one value keeps them apart."""
    wanted = {condition.property: set(condition.values) for condition in other.when}
    return all(
        condition.property not in wanted or wanted[condition.property] & set(condition.values)
        for condition in one.when
    )


def _contradictions(one: Iterable[Requirement], other: Sequence[Requirement]) -> Iterator[str]:
    for mine in one:
        for theirs in other:
            if (mine.property, mine.path) == (theirs.property, theirs.path):
                yield from _contradiction(mine, theirs)


def _contradiction(mine: Requirement, theirs: Requirement) -> Iterator[str]:
    name = mine.property or "/".join(map(str, mine.path))
    for least, most in ((mine, theirs), (theirs, mine)):
        if least.minimum and most.maximum is not None and not most.such and least.minimum > most.maximum:
            yield f"One asks for at least {least.minimum} {name}, the other for at most {most.maximum}."
    needed = (mine.minimum or 0) > 0 or (theirs.minimum or 0) > 0
    if needed and mine.one_of and theirs.one_of and set(mine.one_of).isdisjoint(theirs.one_of):
        yield f"Nothing can be {name} that both allow."
