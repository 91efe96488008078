"""Policies where something is written: what a write may not make worse, and what a product needs to become active.

Two things are asked of a document or curation that arrives, never of an event, which tells what has happened:

- in its transaction (a guard), whether it makes something fail a policy that blocks: shapes alone, which see a few
  hops. What fails already, has time left or is waived is not held against it, and neither are policies that it changes
  itself. A policy that cannot be evaluated holds nothing up: its verdict says so;
- before, where it makes a product active, whether a policy that blocks fails for it or a part of it, of whatever kind
  of check. What could not be evaluated is then refused too.
"""

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

from catalog.entry import LogEntry
from catalog.errors import Against, NotActivated, PolicyViolated
from catalog.fold.workspace import Workspace
from catalog.governance.checks.ground import Ground
from catalog.governance.evaluation import Rules, evaluate_rules, rules_of
from catalog.governance.homes import parts
from catalog.governance.newly import OpenQueries, has_policies, newly
from catalog.governance.policy import CheckKind, Policy, Severity, policy_key
from catalog.governance.things import nodes_at
from catalog.governance.verdict import Evaluation, Status, Verdict
from catalog.guard import Guard
from catalog.projection import ahead
from catalog.statement import Statements
from catalog.store.overlay import Overlay
from catalog.store.port import Reader
from ontology.vocabulary import Label

ACTIVE = ("lifecycle", "active")
_HINT = "Put it right, or ask who owns the policy for a waiver (docs/policies.md)."
_ACTIVATION_HINT = (
    "Put it right, or ask who owns a policy for a waiver; until then keep it a draft (docs/policies.md)."
)
_REFUSING = (Status.FAIL, Status.NOT_EVALUATED)


@dataclass(frozen=True, slots=True)
class Enforcer:
    """``queries``: opens who answers the queries of policies; None: these cannot be evaluated."""

    queries: OpenQueries | None = None
    clock: Callable[[], int] = time.time_ns

    def guarded(self, said: Statements) -> Statements:
        """The same, guarded by policies as well."""
        return replace(said, guard=_Policies(self.clock, said.guard))

    def admit(self, reader: Reader, entry: LogEntry, said: Statements) -> None:
        """Whether the products that an entry makes active may be that. Raises NotActivated."""
        document = said.document
        named = () if document is None else document.nodes
        claimed = {one.key for one in named if one.label == Label.DATA_PRODUCT and ACTIVE in one.properties}
        if not claimed or not has_policies(reader):
            return
        overlay = ahead(reader, [(entry, replace(said, guard=None))])
        products = {
            key
            for key, node in overlay.nodes(claimed).items()
            if _is_active(node.properties.get("lifecycle"))
            and not any(
                _is_active(old.properties.get("lifecycle")) for old in nodes_at(reader, [key], None).values()
            )
        }
        if products:
            self._require(overlay, products)

    def _require(self, overlay: Overlay, products: Collection[str]) -> None:
        """Raises NotActivated where something that blocks is not surely fine."""
        known = rules_of(overlay)
        ground = Ground(overlay, None, self.clock())
        policies = tuple(
            one for one in known.policies if one.severity is Severity.BLOCK and _applies(ground, one)
        )
        asked = frozenset(parts(ground, products))
        rules = Rules(policies, known.waivers)
        found = self._evaluated(ground, rules, dict.fromkeys((one.id for one in policies), asked))
        wrong = [one for one in found.verdicts if one.status in _REFUSING and one.severity is Severity.BLOCK]
        told = {one.policy for one in wrong}
        open_ = [one for one in found.unevaluated if one.whole and one.policy not in told]
        unread = {policy_key(one.policy): one for one in known.unread}
        blocking = {
            key
            for key, node in overlay.nodes(unread).items()
            if node.properties.get("severity") == str(Severity.BLOCK)
        }
        open_ += [unread[key] for key in sorted(blocking)]
        if wrong or open_:
            against = [Against(one.target, _said(one)) for one in wrong]
            against += [Against(policy_key(one.policy), f"{one.policy}: {one.reason}") for one in open_]
            named = ", ".join(sorted(key.partition("/")[2] for key in products))
            raise NotActivated(
                f"{named} cannot be active: {_reasons(wrong, len(open_))}.", _ACTIVATION_HINT, against, wrong
            )

    def _evaluated(self, ground: Ground, rules: Rules, asked: dict[str, frozenset[str] | None]) -> Evaluation:
        if self.queries is None or not any(one.kind is CheckKind.QUERY for one in rules.policies):
            return evaluate_rules(ground, rules, asked=asked)
        with self.queries(ground.reader) as answering:
            ground.queries = answering
            return evaluate_rules(ground, rules, asked=asked)


def _applies(ground: Ground, policy: Policy) -> bool:
    """Whether a policy may be about anything: one whose scope is not there is suspended."""
    key = policy.scope.key
    return key is None or key in nodes_at(ground.reader, [key], None)


def _is_active(lifecycle: object) -> bool:
    return lifecycle == ACTIVE[1]


def _reasons(wrong: Collection[Verdict], open_: int) -> str:
    failing = sum(one.status is Status.FAIL for one in wrong)
    unknown = len(wrong) - failing + open_
    told = (
        [f"{failing} {'thing fails' if failing == 1 else 'things fail'} a policy that blocks"]
        if failing
        else []
    )
    if unknown:
        told.append(f"{unknown} {'is' if unknown == 1 else 'are'} not evaluated")
    return ", and ".join(told)


@dataclass(frozen=True, slots=True)
class _Policies:
    """The guard: what an entry may not make worse. ``first``: what is asked before."""

    clock: Callable[[], int]
    first: Guard | None

    def __call__(self, work: Workspace, entry: LogEntry, said: Statements) -> None:
        """Raises PolicyViolated, and what the first guard does."""
        if self.first is not None:
            self.first(work, entry, said)
        if not has_policies(work.transaction):
            return
        overlay = ahead(work.transaction, [(entry, replace(said, guard=None))])
        found = newly(overlay, now_ns=self.clock(), kinds=(CheckKind.SHAPE,), follow_new=False).blocking
        if found:
            things = len({one.target for one in found})
            what = f"{things} thing{'' if things == 1 else 's'} fail{'s' if things == 1 else ''}"
            against = [Against(one.target, _said(one)) for one in found]
            raise PolicyViolated(f"By it {what} a policy that blocks.", _HINT, against, found)


def _said(one: Verdict) -> str:
    """What a policy says, and what to do."""
    return " ".join(part for part in (f"{one.policy}: {one.message}", one.remediation) if part)
