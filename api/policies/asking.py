"""Questions about policies, and a store that answers them."""

import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from msgspec.structs import replace

from api.policies.answers import (
    CheckAnswer,
    EdgeAnswer,
    HistoryAnswer,
    NotEvaluatedAnswer,
    PoliciesAnswer,
    PolicyAnswer,
    StepAnswer,
    VerdictAnswer,
    WaiverAnswer,
)
from api.policies.evaluator import ALONE, Evaluator
from api.policies.history import history_of
from api.policies.proposing import proposed, state_of
from api.policies.queries import open_queries
from api.policies.report import ReportAnswer, report_answer, scores
from api.policies.verdicts import Asked, Source, Told, times_of, verdicts_of
from api.spoken_findings import known_key
from catalog.errors import UnknownNode
from catalog.governance.check_json import check_text
from catalog.governance.checks.ground import Ground
from catalog.governance.compliance import By, rows, tally
from catalog.governance.evaluation import EVERYWHERE, Rules, rules_of
from catalog.governance.keeping.kept import by_policy
from catalog.governance.policy import Policy, Scope, ScopeKind
from catalog.governance.rehearsal import rehearsal
from catalog.governance.stored import Stored, stored
from catalog.governance.verdict import Evaluation, Status, Step, Verdict, worst_first
from catalog.governance.waiving import Standing, WaiverState, standings
from catalog.identity import ResourceId
from catalog.instant import format_instant
from catalog.store.port import Reader, Store
from ingest.proposals.documents import GivenDocument
from ontology.vocabulary import Label

EVERY = 100_000
"""More verdicts than are listed one by one."""
FAILING = (Status.FAIL, Status.NOT_EVALUATED, Status.GRACE, Status.WAIVED)
"""What is listed unless something else is asked for, the worst first."""


@dataclass(frozen=True, slots=True)
class PolicyQuestion:
    """Which verdicts are asked for: of policies (ids), on things of a product or domain (key, id or name), of statuses;
    ``at`` in nanoseconds, None is now. ``target``: only on this thing (key). ``source``: kept or as it is now."""

    policies: tuple[str, ...] = ()
    product: str | None = None
    domain: str | None = None
    statuses: tuple[Status, ...] = FAILING
    target: str | None = None
    at: int | None = None
    source: Source = Source.CURRENT

    @property
    def is_of_part(self) -> bool:
        """Whether only a part of the mesh is asked about."""
        return self.product is not None or self.domain is not None


class Policies(Protocol):
    """Who answers. Raises CatalogError or ServiceError."""

    def check(self, question: PolicyQuestion, first: int) -> CheckAnswer:
        """The verdicts: all counted, the worst ``first`` of those asked for listed."""

    def report(self, question: PolicyQuestion) -> ReportAnswer:
        """All verdicts counted, by product, domain and policy; all that are not PASS listed."""

    def rehearse(self, drafts: Collection[Policy], question: PolicyQuestion, first: int) -> CheckAnswer:
        """What new or changed policies would say, with the waivers that there are."""

    def proposed(self, documents: Sequence[GivenDocument], first: int) -> CheckAnswer:
        """What the policies would say once documents are imported, and do not say now."""

    def all(self, at: int | None) -> PoliciesAnswer:
        """All policies and waivers."""

    def history(self, of: str, first: int) -> HistoryAnswer:
        """What is kept of a policy (id) or thing (key): the ``first`` verdicts that changed last, and as many days."""


class LocalPolicies:
    """Answers from a store."""

    def __init__(self, store: Store, base: str, evaluator: Evaluator = ALONE) -> None:
        self._store = store
        self._base = base
        self._evaluator = evaluator

    def check(self, question: PolicyQuestion, first: int) -> CheckAnswer:
        with self._store.read() as reader:
            _refuse_unknown(stored(reader, question.at), question.policies)
            within = part_of(reader, question.product, question.domain, question.at)
            asked = Asked(question.policies or None, within, question.at, question.source)
            told = verdicts_of(reader, asked, self._base, self._evaluator)
            return _with_times(reader, told, check_answer(told.evaluation, question, first))

    def report(self, question: PolicyQuestion) -> ReportAnswer:
        with self._evaluated(question) as (ground, found):
            by = {one: scores(rows(ground, found, one)) for one in By}
            return report_answer(check_answer(found, question, EVERY), by, part=question.is_of_part)

    def rehearse(self, drafts: Collection[Policy], question: PolicyQuestion, first: int) -> CheckAnswer:
        """What new or changed policies would say, with the waivers that there are."""
        with self._store.read() as reader:
            rules = Rules(tuple(drafts), stored(reader, question.at).waivers)
            within = part_of(reader, question.product, question.domain, question.at)
            with open_queries(reader, self._base, question.at) as queries:
                ground = Ground(reader, question.at, clock(question.at), queries)
                found = self._evaluator.evaluate(ground, rules, within)
                return replace(check_answer(found, question, first), rehearsal=rehearsal(ground, found))

    def proposed(self, documents: Sequence[GivenDocument], first: int) -> CheckAnswer:
        with self._store.read() as reader:
            found = proposed(reader, documents, partial(open_queries, base=self._base))
            asked = PolicyQuestion(statuses=tuple(Status))
            return replace(check_answer(found, asked, first), state=state_of(found))

    def all(self, at: int | None) -> PoliciesAnswer:
        with self._store.read() as reader:
            found = stored(reader, at)
            policies = policies_kept(reader, found, at)
            return PoliciesAnswer(policies=policies, waivers=waiver_answers(reader, found, at))

    def history(self, of: str, first: int) -> HistoryAnswer:
        with self._store.read() as reader:
            return history_of(reader, of, first, self._base)

    @contextmanager
    def _evaluated(self, question: PolicyQuestion) -> Iterator[tuple[Ground, Evaluation]]:
        with self._store.read() as reader:
            _refuse_unknown(stored(reader, question.at), question.policies)
            rules = rules_of(reader, question.at, question.policies or None)
            within = part_of(reader, question.product, question.domain, question.at)
            with open_queries(reader, self._base, question.at) as queries:
                ground = Ground(reader, question.at, clock(question.at), queries)
                yield ground, self._evaluator.evaluate(ground, rules, within)


def clock(at: int | None) -> int:
    """The time that ages and ends count from."""
    return time.time_ns() if at is None else at


def part_of(reader: Reader, product: str | None, domain: str | None, at: int | None) -> Scope:
    """The part of the mesh that a product or domain names. Raises UnknownNode."""
    if product is not None:
        return Scope(ScopeKind.PRODUCT, _id(known_key(reader, Label.DATA_PRODUCT, product, at)))
    if domain is not None:
        return Scope(ScopeKind.DOMAIN, _id(known_key(reader, Label.DOMAIN, domain, at)))
    return EVERYWHERE


def _id(key: str) -> str:
    return "/".join(ResourceId.parse(key).parts)


def _refuse_unknown(found: Stored, policies: Iterable[str]) -> None:
    """Raises UnknownNode for an id that no policy has, or that a draft has, which is not followed."""
    drafts = {one.id for one in found.policies if not one.enabled}
    known = {one.id for one in found.policies} | {one.key.partition("/")[2] for one in found.unreadable}
    for id_ in policies:
        if id_ in drafts:
            raise UnknownNode(f"The policy {id_!r} is a draft.", "Try it with --draft and its file.")
        if id_ not in known:
            raise UnknownNode(f"No policy {id_!r} is known.", "`meshline policy list` lists them.")


def check_answer(found: Evaluation, question: PolicyQuestion, first: int) -> CheckAnswer:
    """An evaluation as the command line tells it."""
    told = tally(found.verdicts)
    listed = [one for one in found.verdicts if is_asked(one, question.statuses, question.target)]
    return CheckAnswer(
        state=found.compliance,
        as_of=None if found.at is None else format_instant(found.at),
        total=len(found.verdicts),
        by_status={status.value: told.counts.get(status, 0) for status in Status},
        blocking=told.blocking,
        items=[verdict_answer(one) for one in sorted(listed, key=worst_first)[:first]],
        not_evaluated=[NotEvaluatedAnswer(policy=one.policy, reason=one.reason) for one in found.unevaluated],
    )


def is_asked(one: Verdict, statuses: Collection[Status], target: str | None) -> bool:
    """Whether a verdict is among those to list."""
    return one.status in statuses and (target is None or one.target == target)


def verdict_answer(one: Verdict) -> VerdictAnswer:
    """A verdict with its explanation."""
    return VerdictAnswer(
        id=one.id,
        policy=one.policy,
        target=one.target,
        status=one.status,
        severity=one.severity,
        message=one.message,
        remediation=one.remediation,
        explanation=[_step(step) for step in one.explanation],
        tell=list(one.owners),
        waiver=one.waiver,
        until=None if one.until_ns is None else format_instant(one.until_ns),
    )


def _step(one: Step) -> StepAnswer:
    edge = None if one.edge is None else EdgeAnswer(
        type=one.edge.type, source=one.edge.source, target=one.edge.target
    )  # fmt: skip
    return StepAnswer(text=one.text, thing=one.key, edge=edge, told_by=one.told_by)


def _with_times(reader: Reader, told: Told, answer: CheckAnswer) -> CheckAnswer:
    """The answer with when that was so, and since when."""
    shown = {(one.policy, one.target) for one in answer.items}
    listed = [one for one in told.evaluation.verdicts if (one.policy, one.target) in shown]
    known = times_of(reader, told, listed)
    items = []
    for one in answer.items:
        times = known.get((one.policy, one.target))
        if times is not None:
            since = format_instant(times.since_ns) if times.status == one.status else None
            one = replace(one, first_seen=format_instant(times.first_ns), since=since)
        items.append(one)
    return replace(
        answer,
        items=items,
        kept=told.standing is not None,
        evaluated_as_of=format_instant(told.looked_ns),
        stale_since=_text(told.stale_since_ns),
    )


def _text(ns: int | None) -> str | None:
    return None if ns is None else format_instant(ns)


def policies_kept(reader: Reader, found: Stored, at: int | None) -> list[PolicyAnswer]:
    """All policies by id, with how many verdicts of them are kept now."""
    known = {} if at is not None else by_policy(reader)
    answers = []
    for one in policy_answers(found):
        if one.id in known:
            counts, stale = known[one.id]
            by_status = {status.value: counts.get(status, 0) for status in Status}
            one = replace(one, kept=by_status, stale_since=_text(stale))
        answers.append(one)
    return answers


def policy_answers(found: Stored) -> list[PolicyAnswer]:
    """All policies by id, and those that cannot be followed."""
    told = [policy_answer(one) for one in found.policies]
    told += [
        PolicyAnswer(id=one.key.partition("/")[2], title=one.name, problem=one.reason)
        for one in found.unreadable
        if one.key.startswith("policy/")
    ]
    return sorted(told, key=lambda one: one.id)


def policy_answer(one: Policy) -> PolicyAnswer:
    """A policy in words."""
    return PolicyAnswer(
        id=one.id,
        title=one.title,
        why=one.why,
        owner=one.owner or None,
        scope=f"{one.scope.kind} {one.scope.name}".strip(),
        of=one.of,
        kind=one.kind,
        check=check_text(one.check),
        severity=one.severity,
        effective_from=None if one.effective_from_ns is None else format_instant(one.effective_from_ns),
        binding_from=None if one.binding_from_ns is None else format_instant(one.binding_from_ns),
        tightens=one.tightens,
        enabled=one.enabled,
        remediation=one.remediation,
    )


def waiver_answers(reader: Reader, found: Stored, at: int | None) -> list[WaiverAnswer]:
    """All waivers by id as they stand, and those that cannot be followed."""
    known = {one.id: one for one in found.policies}
    told = [_waiver(one) for one in standings(reader, found.waivers, known, at, clock(at))]
    told += [
        WaiverAnswer(id=one.key.partition("/")[2], state=WaiverState.VOID, why=one.reason)
        for one in found.unreadable
        if one.key.startswith("waiver/")
    ]
    return sorted(told, key=lambda one: one.id)


def _waiver(one: Standing) -> WaiverAnswer:
    return WaiverAnswer(
        id=one.waiver.id,
        policy=one.waiver.policy,
        target=one.waiver.target,
        reason=one.waiver.reason,
        approver=one.waiver.approver,
        expires_at=format_instant(one.waiver.expires_ns),
        state=one.state,
        why=one.reason,
        expires_soon=one.expires_soon,
    )
