"""The full evaluation: every policy on every thing that it applies to, as of one instant. The reference for all others.

It is a pure function of the graph as of the instant, the policies and waivers, and the clock. Nothing is PASS because
it was not looked at: what a check does not tell of a thing that it was asked about, and what it could not tell, is
NOT_EVALUATED with a reason. Things are read page by page, and checks are asked of many things at once.
"""

import logging
from collections import ChainMap, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ParamSpec, TypeAlias, TypeVar

from catalog.aliases import dataset_of
from catalog.collector import at_rest
from catalog.coverage import spoken
from catalog.errors import StoreError
from catalog.governance import scope
from catalog.governance.checks import query, shape
from catalog.governance.checks.ground import Ground, Queries
from catalog.governance.checks.lineage import judge as judge_lineage
from catalog.governance.checks.outcome import HOLDS, NotEvaluated, Outcome, Outcomes, unknown
from catalog.governance.checks.world import World
from catalog.governance.layers import compile_layers
from catalog.governance.policy import LineageCheck, Policy, QueryCheck, Scope, ShapeCheck
from catalog.governance.scope import Places
from catalog.governance.stored import stored
from catalog.governance.things import pages, some
from catalog.governance.verdict import (
    Evaluation,
    OfPolicy,
    Status,
    Step,
    Unevaluated,
    Verdict,
    Verdicts,
)
from catalog.governance.waiver import Waiver
from catalog.governance.waiving import Standing, WaiverState, standings
from catalog.graph import Node, Property
from catalog.identity import kind_of
from catalog.instant import format_instant
from catalog.store.port import Reader

logger = logging.getLogger("meshline.governance")

SILENT = unknown("The check said nothing of it.")
EVERYWHERE = Scope()
_NOTHING: Mapping[str, Property] = {}
Asked: TypeAlias = Mapping[str, frozenset[str] | None]
"""By policy (id) the things (keys) that it is asked about; None: all."""
T = TypeVar("T")
P = ParamSpec("P")


@dataclass(frozen=True, slots=True)
class Rules:
    """What is evaluated: policies and waivers, and the policies (ids) that cannot be read or are refused, each with a
    reason."""

    policies: tuple[Policy, ...]
    waivers: tuple[Waiver, ...] = ()
    unread: tuple[Unevaluated, ...] = ()


def evaluate(
    reader: Reader,
    *,
    now_ns: int,
    at: int | None = None,
    only: Collection[str] | None = None,
    queries: Queries | None = None,
) -> Evaluation:
    """The verdicts of the enabled policies of the graph as of ``at``, of all or of ``only`` some (ids).

    Policies that the graph has and that cannot be read are among what was not evaluated. Raises StoreError.
    """
    return evaluate_rules(Ground(reader, at, now_ns, queries), rules_of(reader, at, only))


def rules_of(reader: Reader, at: int | None = None, only: Collection[str] | None = None) -> Rules:
    """The enabled policies and the waivers of the graph as of ``at``."""
    found = stored(reader, at)
    unread = {one.key.partition("/")[2]: one for one in found.unreadable if kind_of(one.key) == "policy"}
    layers = compile_layers(found.policies, unread)
    reasons = {id_: f"It cannot be read: {one.reason}" for id_, one in unread.items()}
    drafts = {one.id for one in found.policies if not one.enabled}
    refused = [one for one in layers.refused if one.policy not in drafts]
    reasons |= {one.policy: f"It is refused: {' '.join(one.reasons)}" for one in refused}
    return Rules(
        tuple(one for one in layers.policies if one.enabled and (only is None or one.id in only)),
        found.waivers,
        tuple(
            Unevaluated(id_, reason) for id_, reason in sorted(reasons.items()) if only is None or id_ in only
        ),
    )


def evaluate_rules(
    ground: Ground, rules: Rules, within: Scope = EVERYWHERE, asked: Asked | None = None
) -> Evaluation:
    """The verdicts of these policies, whether enabled or not, on the things of a scope; with ``asked`` only on these
    things by policy (id), None: on all.

    Raises StoreError: half an answer of a store is none.
    """
    return judge_rules(ground, rules, within, asked).evaluation


@dataclass(frozen=True, slots=True)
class Judged:
    """An evaluation with the things that it judged (by key), and why policies (ids) were not evaluated as such, apart
    from what is not known of single things. ``parts``: its verdicts policy by policy."""

    evaluation: Evaluation
    parts: Sequence[OfPolicy]
    things: Mapping[str, Node]
    broken: Mapping[str, Sequence[str]]


def judge_rules(
    ground: Ground, rules: Rules, within: Scope = EVERYWHERE, asked: Asked | None = None
) -> Judged:
    """The same, with what was judged. Raises StoreError."""
    found = _Found(ground, within, asked or {})
    by_label: dict[tuple[str, bool], list[Policy]] = defaultdict(list)
    for policy in rules.policies:
        by_label[policy.of, found.asked.get(policy.id) is None].append(policy)
    for (label, _), policies in sorted(by_label.items()):
        _judge_label(found, label, policies)
    known = {policy.id: policy for policy in rules.policies}
    waived = _waived(standings(ground.reader, rules.waivers, known, ground.at, ground.now_ns))
    verdicts = Verdicts(_verdicts(found, policy, waived) for _, policy in sorted(known.items()))
    reasons = {(one.policy, one.reason) for one in rules.unread} | found.all_reasons()
    unevaluated = tuple(
        Unevaluated(id_, why, whole=why in found.reasons.get(id_, ())) for id_, why in sorted(reasons)
    )
    return Judged(
        Evaluation(verdicts, ground.now_ns, ground.at, unevaluated),
        verdicts.parts,
        ChainMap(*{id(its): its for its in found.targets.values()}.values()),
        {id_: told for id_, told in found.reasons.items() if told},
    )


@dataclass
class _Found:
    """What the checks have said so far; reasons why a policy was not evaluated.

    ``targets``: by policy the things that it judges, with nothing of them but what they are and where they belong; one
    mapping for all policies of the same things. ``outcomes``: by policy those that do not plainly hold.
    """

    ground: Ground
    within: Scope
    asked: "Asked"
    targets: dict[str, dict[str, Node]] = field(default_factory=lambda: defaultdict(dict))
    outcomes: dict[str, dict[str, Outcome]] = field(default_factory=lambda: defaultdict(dict))
    ordered: dict[int, list[str]] = field(default_factory=dict)
    reasons: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    of_things: dict[str, str] = field(default_factory=dict)

    def all_reasons(self) -> set[tuple[str, str]]:
        """Policies with reasons, also what is not known of single things where the policy itself was evaluated."""
        of_policies = {(id_, reason) for id_, told in self.reasons.items() for reason in told}
        return of_policies | set(self.of_things.items())

    def note(self, policy: Policy, keys: Iterable[str], said: Outcomes | None) -> None:
        """Keep what a check says of things; None: nothing. Of what it does not tell that is kept."""
        told = said or {}
        self.outcomes[policy.id].update(
            {key: one for key in keys if (one := told.get(key, SILENT)) is not HOLDS}
        )

    def order(self, policy: Policy) -> list[str]:
        """The targets of a policy, sorted."""
        targets = self.targets[policy.id]
        if id(targets) not in self.ordered:
            self.ordered[id(targets)] = sorted(targets)
        return self.ordered[id(targets)]

    def forget(self, policy: Policy) -> None:
        """Have no target of a policy."""
        self.targets[policy.id] = {}
        self.outcomes[policy.id] = {}

    def guarded(self, policy: Policy, work: Callable[P, T], *given: P.args, **more: P.kwargs) -> T | None:
        """What the work gives; None where it fails, which is a reason.

        The one place that catches whatever a check may raise: a check that is broken must neither keep the others from
        being evaluated, nor be taken for one that passes. What the store raises goes on.
        """
        try:
            return work(*given, **more)
        except StoreError:
            raise
        except NotEvaluated as error:
            self.reasons[policy.id].append(error.reason)
        except Exception as error:
            logger.exception("policy %s could not be evaluated", policy.id)
            self.reasons[policy.id].append(f"Its evaluation failed: {type(error).__name__}.")
        return None


def _judge_label(found: _Found, label: str, policies: Collection[Policy]) -> None:
    """Evaluate policies on the things of one label."""
    places = Places(found.ground)
    fitting = [policy for policy in policies if _is_scoped(found, policy)]
    shared: dict[Scope, dict[str, Node]] = {policy.scope: {} for policy in fitting}
    for policy in fitting:
        if found.asked.get(policy.id) is None:
            found.targets[policy.id] = shared[policy.scope]
    for nodes in _things(found, label, fitting) if fitting else ():
        with at_rest():
            _judge_page(found, fitting, places, nodes)
    for policy in fitting:
        if not isinstance(policy.check, ShapeCheck):
            targets = found.targets[policy.id]
            with at_rest():
                said = found.guarded(policy, _judge_whole, found.ground, policy, targets)
                found.note(policy, targets, said)


def _judge_page(found: _Found, fitting: list[Policy], places: Places, nodes: list[Node]) -> None:
    """Find of which of some things each policy speaks, and ask the shapes of them. A policy of which that cannot be
    told is taken out of those that fit."""
    ground = found.ground
    world = World(ground.reader, ground.at, nodes)
    slim = {node.key: _slim(node) for node in nodes}
    of_scope: dict[Scope, list[Node]] = {}
    for policy in tuple(fitting):
        targets = of_scope.get(policy.scope)
        if targets is None:
            targets = found.guarded(policy, _inside, ground, places, (found.within, policy.scope), nodes)
            if targets is None:  # of which things it speaks is not known: then of none
                fitting.remove(policy)
                found.forget(policy)
                continue
            of_scope[policy.scope] = targets
        only = found.asked.get(policy.id)
        targets = targets if only is None else [node for node in targets if node.key in only]
        found.targets[policy.id].update({node.key: slim[node.key] for node in targets})
        if isinstance(policy.check, ShapeCheck) and targets:
            said = found.guarded(policy, shape.judge, world, policy.check, targets)
            found.note(policy, (node.key for node in targets), said)


def _slim(node: Node) -> Node:
    """A thing with what tells where it belongs, and no more: of very many that is kept."""
    home = node.properties.get("dataset")
    if home is None or dataset_of(node.key) is not None:
        return Node(node.key, node.label, _NOTHING)
    return Node(node.key, node.label, {"dataset": home})


def _things(found: _Found, label: str, policies: Iterable[Policy]) -> Iterator[list[Node]]:
    """The things of a label, or those that the policies are asked about, which is so of all of them or of none."""
    asked: set[str] = set()
    for policy in policies:
        only = found.asked.get(policy.id)
        if only is None:
            return pages(found.ground.reader, label, found.ground.at)
        asked |= only
    return some(found.ground.reader, label, sorted(asked), found.ground.at)


def _inside(ground: Ground, places: Places, scopes: Iterable[Scope], nodes: Collection[Node]) -> list[Node]:
    """Those of the things that are in all of the scopes."""
    for one in scopes:
        nodes = scope.inside(ground, places, one, nodes)
    return list(nodes)


def _is_scoped(found: _Found, policy: Policy) -> bool:
    """Whether it can be told to which things a policy applies."""
    reasons = len(found.reasons[policy.id])
    wrong = found.guarded(policy, scope.problem, found.ground, policy.scope)
    if wrong is not None:
        found.reasons[policy.id].append(wrong)
    return len(found.reasons[policy.id]) == reasons


def _judge_whole(ground: Ground, policy: Policy, targets: Mapping[str, Node]) -> Outcomes:
    """What a check that is asked once says of all targets."""
    if not targets:
        return {}
    match policy.check:
        case QueryCheck() as check:
            return query.judge(ground, check, targets)
        case LineageCheck() as check:
            return judge_lineage(ground, check, targets)
        case ShapeCheck():
            raise AssertionError("a shape is asked page by page")


def _verdicts(found: _Found, policy: Policy, waived: "_Waived") -> OfPolicy:
    """The verdicts of a policy."""
    outcomes, targets = found.outcomes[policy.id], found.targets[policy.id]
    reason = next(iter(found.reasons[policy.id]), None)
    silent = SILENT if reason is None else unknown(reason)
    told = {key: silent if outcomes[key] is SILENT else outcomes[key] for key in sorted(outcomes)}
    if reason is None and any(one.holds is None for one in told.values()):
        found.of_things[policy.id] = next(one.message for one in told.values() if one.holds is None)
    owners = found.guarded(
        policy, _owners, found.ground, [targets[k] for k, v in told.items() if not v.holds]
    )
    now_ns = found.ground.now_ns
    return OfPolicy(
        verdict(policy, "", HOLDS, (), now_ns),
        found.order(policy),
        {
            key: verdict(
                *(policy, key, outcome, waived.get((policy.id, key), ()), now_ns), (owners or {}).get(key, ())
            )
            for key, outcome in told.items()
        },
    )


def _owners(ground: Ground, nodes: Iterable[Node]) -> dict[str, tuple[str, ...]]:
    """Whom to tell of things."""
    places = Places(ground)
    return {node.key: places.owners(node) for node in nodes}


def verdict(
    policy: Policy,
    target: str,
    outcome: Outcome,
    waivers: Collection[Standing],
    now_ns: int,
    owners: tuple[str, ...] = (),
) -> Verdict:
    """What an outcome comes to by the waivers for it, the time of grace and the clock."""
    severity = policy.severity_at(now_ns)
    times = [outcome.until_ns, policy.binding_from_ns if policy.in_grace(now_ns) else None]
    if outcome.holds:
        return Verdict(policy.id, target, Status.PASS, severity, until_ns=_next(times, now_ns))
    told = (outcome.message, policy.remediation, outcome.steps, owners)
    if outcome.holds is None:
        return Verdict(
            *(policy.id, target, Status.NOT_EVALUATED, severity), *told, until_ns=_next(times, now_ns)
        )
    status = Status.GRACE if policy.in_grace(now_ns) else Status.FAIL
    name: str | None = None
    holding = [one for one in waivers if one.state is WaiverState.IN_FORCE]
    if holding:
        last = max(holding, key=lambda one: (one.waiver.expires_ns, one.waiver.id))
        status, name = Status.WAIVED, last.waiver.id
        times.append(last.waiver.expires_ns)
    steps = (*outcome.steps, *(_waiver_step(one) for one in waivers))
    told = (outcome.message, policy.remediation, steps, owners)
    return Verdict(*(policy.id, target, status, severity), *told, name, _next(times, now_ns))


def _waiver_step(one: Standing) -> Step:
    words = {
        WaiverState.IN_FORCE: f"is in force until {format_instant(one.waiver.expires_ns)}",
        WaiverState.ENDED: f"ended at {format_instant(one.waiver.expires_ns)}",
        WaiverState.VOID: "is void",
    }
    soon = ", and expires soon" if one.expires_soon else ""
    why = f": {one.reason}" if one.reason else f": {one.waiver.reason}"
    text = f"Waiver {one.waiver.id} of {spoken(one.waiver.approver)} {words[one.state]}{soon}{why}"
    return Step(text, one.waiver.key)


def _next(times: Iterable[int | None], now_ns: int) -> int | None:
    return min((time for time in times if time is not None and time > now_ns), default=None)


_Waived: TypeAlias = Mapping[tuple[str, str], Sequence[Standing]]
"""By policy (id) and target."""


def _waived(found: Iterable[Standing]) -> _Waived:
    by_target: dict[tuple[str, str], list[Standing]] = defaultdict(list)
    for one in found:
        by_target[one.waiver.policy, one.waiver.target].append(one)
    return by_target
