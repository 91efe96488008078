"""What policies would say of a graph with changes that they do not say of it without: what a change newly violates."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from catalog.governance.checks.ground import Ground, Queries
from catalog.governance.depending import Both, asked_anew, joined
from catalog.governance.difference import Difference, difference
from catalog.governance.evaluation import Asked, Rules, evaluate_rules, rules_of
from catalog.governance.policy import CheckKind, Policy, Severity
from catalog.governance.verdict import Status, Unevaluated, Verdict
from catalog.governance.waiver import Waiver
from catalog.store.overlay import Overlay
from catalog.store.port import NodeFilter, Reader
from ontology.vocabulary import Label, Rel

_WORSE = (Status.PASS, Status.WAIVED, Status.GRACE, Status.NOT_EVALUATED, Status.FAIL)
OpenQueries: TypeAlias = Callable[[Reader], AbstractContextManager[Queries]]
"""Opens who answers the queries of policies over what a reader sees."""


@dataclass(frozen=True, slots=True)
class Newly:
    """What is worse with changes than without: verdicts as they would be, by policy and target; what is worse is
    failing, failing with time left, failing by a waiver, and not being evaluated. ``unevaluated``: policies of which
    something would not be evaluated that is now, or would be judged then. ``titles``: of these policies, by id."""

    verdicts: tuple[Verdict, ...] = ()
    unevaluated: tuple[Unevaluated, ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict)

    @property
    def blocking(self) -> tuple[Verdict, ...]:
        """Those that fail a policy which blocks."""
        return self._of(Status.FAIL)

    @property
    def undecided(self) -> tuple[Verdict, ...]:
        """Those that a policy which blocks could not be evaluated on."""
        return self._of(Status.NOT_EVALUATED)

    @property
    def warning(self) -> tuple[Verdict, ...]:
        """Those that fail a policy which warns, or which does not count yet."""
        failing = (one for one in self.verdicts if one.status in (Status.FAIL, Status.GRACE))
        return tuple(one for one in failing if one.severity is Severity.WARN)

    @property
    def unknown(self) -> bool:
        """Whether something was not evaluated."""
        return bool(self.unevaluated) or any(one.status is Status.NOT_EVALUATED for one in self.verdicts)

    def title(self, policy: str) -> str:
        """What a policy (id) is called, with its id."""
        title = self.titles.get(policy)
        return policy if title is None else f"{policy} ({title})"

    def _of(self, status: Status) -> tuple[Verdict, ...]:
        found = (one for one in self.verdicts if one.severity is Severity.BLOCK)
        return tuple(one for one in found if one.status is status)


NOTHING_NEW = Newly()


def has_policies(reader: Reader) -> bool:
    """Whether the graph has any policy: one question."""
    return bool(reader.page(NodeFilter((Label.GOVERNANCE_POLICY,)), None, 1))


def newly(
    overlay: Overlay,
    *,
    now_ns: int,
    queries: OpenQueries | None = None,
    kinds: Iterable[CheckKind] = tuple(CheckKind),
    follow_new: bool = True,
) -> Newly:
    """What an overlay makes worse. ``kinds``: of checks that are asked; ``follow_new``: whether policies count that it
    brings or changes. Without ``queries`` those are not evaluated, and told so. Raises StoreError."""
    found = difference(overlay)
    if found.is_empty:
        return NOTHING_NEW
    known, coming = rules_of(overlay.base), rules_of(overlay)
    kept = _kept(known, coming)
    policies = tuple(one for one in coming.policies if one.kind in kinds and (follow_new or one.id in kept))
    both = Both(Ground(overlay.base, None, now_ns), Ground(overlay, None, now_ns), found)
    asked: dict[str, frozenset[str] | None] = dict.fromkeys(one.id for one in policies if one.id not in kept)
    asked |= asked_anew(both, (one for one in policies if one.id in kept))
    asked = joined(asked, _waived(found, known.waivers, coming.waivers, {one.id for one in policies}))
    rules = Rules(tuple(one for one in policies if one.id in asked), coming.waivers, coming.unread)
    old = Rules(tuple(kept[one.id] for one in rules.policies if one.id in kept), known.waivers, known.unread)
    after = _judged(both.after, rules, asked, queries)
    open_ = _not_fine(
        after
    )  # only of these it matters how they are now: mostly there are none, and nothing is read
    old = replace(old, policies=tuple(one for one in old.policies if one.id in open_))
    before = _judged(both.before, old, open_, queries)
    found_worse = _worse(before, after)
    named = {one.policy for one in found_worse.verdicts} | {one.policy for one in found_worse.unevaluated}
    return replace(found_worse, titles={one.id: one.title for one in coming.policies if one.id in named})


def _kept(known: Rules, coming: Rules) -> Mapping[str, Policy]:
    """The policies (by id) that stay as they are."""
    now = {one.id: one for one in known.policies}
    return {one.id: one for one in coming.policies if now.get(one.id) == one}


def _waived(
    found: Difference, known: Iterable[Waiver], coming: Iterable[Waiver], policies: set[str]
) -> Mapping[str, set[str]]:
    """By policy the things of which other waivers may be in force."""
    roles = {edge.source for edge in found.edges if edge.type in (Rel.MEMBER_OF, Rel.HAS_ROLE)}
    changed = set(known) ^ set(coming)
    changed |= {one for one in coming if one.approver in roles}
    things: dict[str, set[str]] = {}
    for one in changed:
        if one.policy in policies:
            things.setdefault(one.policy, set()).add(one.target)
    return things


@dataclass(frozen=True, slots=True)
class _Judged:
    verdicts: Mapping[tuple[str, str], Verdict]
    unevaluated: frozenset[Unevaluated]


def _judged(ground: Ground, rules: Rules, asked: Asked, queries: OpenQueries | None) -> _Judged:
    """Verdicts of some policies on some things."""
    wanted = queries is not None and any(one.kind is CheckKind.QUERY for one in rules.policies)
    opened: AbstractContextManager[Queries | None] = nullcontext()
    if queries is not None and wanted:
        opened = queries(ground.reader)
    with opened as answering:
        ground.queries = answering
        found = evaluate_rules(ground, rules, asked=asked)
    return _Judged({(one.policy, one.target): one for one in found.verdicts}, frozenset(found.unevaluated))


def _not_fine(judged: _Judged) -> Asked:
    """By policy the things that do not simply pass."""
    found: dict[str, set[str]] = {}
    for (policy, target), one in judged.verdicts.items():
        if one.status is not Status.PASS:
            found.setdefault(policy, set()).add(target)
    return {policy: frozenset(targets) for policy, targets in found.items()}


def _worse(before: _Judged, after: _Judged) -> Newly:
    verdicts = [
        one
        for key, one in sorted(after.verdicts.items())
        if _badness(one) > _badness(before.verdicts.get(key))
    ]
    unknown = {one.policy for one in verdicts if one.status is Status.NOT_EVALUATED}
    left = {
        one
        for one in after.unevaluated
        if one.whole or one not in before.unevaluated or one.policy in unknown
    }
    return Newly(tuple(verdicts), tuple(sorted(left, key=lambda one: (one.policy, one.reason))))


def _badness(one: Verdict | None) -> tuple[int, int]:
    if one is None or one.status is Status.PASS:
        return 0, 0
    return _WORSE.index(one.status), one.severity.rank
