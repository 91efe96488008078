"""Policies, waivers, verdicts, and what these come to. Verdicts are worked out when they are asked for."""

from typing import Annotated

import strawberry

from api.graphql.asking import Info
from api.graphql.errors import bad_input
from api.graphql.paging import After, Connection, First, part
from api.graphql.policy import (
    Policy,
    PolicyCompliance,
    PolicyVerdict,
    PolicyVerdicts,
    PolicyWaiver,
    connection_parts,
    status_counts,
)
from api.graphql.query_arguments import AsOf
from api.graphql.query_mesh import key_of
from api.graphql.words import described
from api.policies.asking import clock, part_of, policy_answers, waiver_answers
from api.policies.queries import open_queries
from catalog.governance import compliance, policy, verdict
from catalog.governance.checks.ground import Ground
from catalog.governance.evaluation import evaluate_rules, rules_of
from catalog.governance.stored import stored
from catalog.governance.verdict import Evaluation, worst_first
from catalog.store.port import Reader
from ontology.vocabulary import Label


@strawberry.input(description="Which verdicts; what is left out does not limit.")
class VerdictFilter:
    policies: list[str] | None = strawberry.field(default=None, description="Only of these policies (ids).")
    product: str | None = strawberry.field(
        default=None, description="Only on this product and its parts: its key, id or name."
    )
    domain: str | None = strawberry.field(
        default=None, description="Only on this domain and its parts: its key, id or name."
    )
    target: str | None = strawberry.field(default=None, description="Only on this thing: its id.")
    statuses: list[verdict.Status] | None = strawberry.field(
        default=None, description="List only those of these statuses; all are counted."
    )
    severity: policy.Severity | None = strawberry.field(
        default=None, description="List only those that are at least so bad; all are counted."
    )


Filter = Annotated[VerdictFilter | None, strawberry.argument(description="Which verdicts; left out: all.")]


@strawberry.type(description="Policies, waivers and verdicts.")
class PolicyQueries:
    @described("The policies, by id; drafts, and those that cannot be followed, are among them.")
    async def policies(
        self, info: Info, first: First = 50, after: After = None, as_of: AsOf = None
    ) -> Connection[Policy]:
        found = await info.context.ask(lambda reader: policy_answers(stored(reader, as_of)))
        page = part(found, lambda one: (one.id,), first, after)
        return page.connection([Policy(told=one, at=as_of) for one in page.items])

    @described("The waivers, by id, as they stand.")
    async def waivers(
        self, info: Info, first: First = 50, after: After = None, as_of: AsOf = None
    ) -> Connection[PolicyWaiver]:
        found = await info.context.ask(lambda reader: waiver_answers(reader, stored(reader, as_of), as_of))
        page = part(found, lambda one: (one.id,), first, after)
        return page.connection([PolicyWaiver(told=one, at=as_of) for one in page.items])

    @described("What the policies say of things, the worst first.")
    async def verdicts(
        self, info: Info, filter: Filter = None, first: First = 50, after: After = None, as_of: AsOf = None
    ) -> PolicyVerdicts:
        wanted = filter or VerdictFilter()
        found, _ = await info.context.ask(lambda reader: _evaluated(reader, wanted, as_of, info))
        target = None if wanted.target is None else info.context.key(wanted.target)
        listed = [
            one
            for one in found.verdicts
            if (wanted.statuses is None or one.status in wanted.statuses)
            and (wanted.severity is None or one.severity.rank >= wanted.severity.rank)
            and (target is None or one.target == target)
        ]
        page = part(listed, worst_first, first, after)
        shown = page.connection([PolicyVerdict(told=one, at=as_of) for one in page.items])
        told = compliance.tally(found.verdicts)
        return PolicyVerdicts(
            **connection_parts(shown),
            state=found.compliance,
            counts=status_counts(told),
            blocking=told.blocking,
            unevaluated=found.unevaluated,
        )

    @described("What the verdicts come to for each product, domain or policy, by key or id.")
    async def compliance(
        self,
        info: Info,
        by: Annotated[
            compliance.By, strawberry.argument(description="What they are counted by.")
        ] = compliance.By.PRODUCT,
        filter: Filter = None,
        first: First = 50,
        after: After = None,
        as_of: AsOf = None,
    ) -> Connection[PolicyCompliance]:
        def ask(reader: Reader) -> list[compliance.Row]:
            found, ground = _evaluated(reader, filter or VerdictFilter(), as_of, info)
            return compliance.rows(ground, found, by)

        page = part(await info.context.ask(ask), lambda one: (one.of,), first, after)
        return page.connection([PolicyCompliance(told=one, at=as_of) for one in page.items])


def _evaluated(
    reader: Reader, wanted: VerdictFilter, at: int | None, info: Info
) -> tuple[Evaluation, Ground]:
    """The verdicts of the policies that are asked for, in the part of the mesh that is. Refuses what there is not."""
    base = info.context.base_iri
    product = key_of(reader, Label.DATA_PRODUCT, wanted.product, base)
    domain = key_of(reader, Label.DOMAIN, wanted.domain, base)
    rules = rules_of(reader, at, wanted.policies)
    known = {one.id for one in rules.policies} | {one.policy for one in rules.unread}
    for id_ in wanted.policies or ():
        if id_ not in known:
            raise bad_input(f"There is no policy {id_!r:.80} that is followed.")
    with open_queries(reader, base) as queries:
        ground = Ground(reader, at, clock(at), queries)
        return evaluate_rules(ground, rules, part_of(reader, product, domain, at)), ground
