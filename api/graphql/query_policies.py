"""Policies, waivers, verdicts, and what these come to. Verdicts are kept, or worked out when they are asked for."""

from typing import Annotated

import strawberry

from api.graphql.asking import Info
from api.graphql.compliance import PolicyCompliance, PolicyComplianceDay, status_counts
from api.graphql.errors import bad_input
from api.graphql.paging import After, Connection, First, check_first, part
from api.graphql.policy import (
    Policy,
    PolicyVerdict,
    PolicyVerdicts,
    PolicyWaiver,
    connection_parts,
)
from api.graphql.query_arguments import AsOf
from api.graphql.query_mesh import key_of
from api.graphql.scalars import Instant, instant
from api.graphql.use import ProductUse
from api.graphql.words import described
from api.policies.asking import clock, part_of, policies_kept, waiver_answers
from api.policies.verdicts import Asked, Source, Told, times_of
from catalog.governance import compliance, policy, verdict
from catalog.governance.checks.ground import Ground
from catalog.governance.evaluation import rules_of
from catalog.governance.keeping.kept import days
from catalog.governance.keeping.rows import EVERYTHING
from catalog.governance.stored import stored
from catalog.governance.verdict import worst_first
from catalog.mesh.usage import Use
from catalog.mesh.usage import usage as uses
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


From = Annotated[Source, strawberry.argument(description="Where they come from.")]
Of = Annotated[
    str | None,
    strawberry.argument(description="The key of a product or domain, or a policy's id; left out: all."),
]
Filter = Annotated[VerdictFilter | None, strawberry.argument(description="Which verdicts; left out: all.")]


@strawberry.type(description="Policies, waivers and verdicts.")
class PolicyQueries:
    @described("The policies, by id; drafts, and those that cannot be followed, are among them.")
    async def policies(
        self, info: Info, first: First = 50, after: After = None, as_of: AsOf = None
    ) -> Connection[Policy]:
        found = await info.context.ask(lambda reader: policies_kept(reader, stored(reader, as_of), as_of))
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
        self,
        info: Info,
        filter: Filter = None,
        first: First = 50,
        after: After = None,
        as_of: AsOf = None,
        source: From = Source.CURRENT,
    ) -> PolicyVerdicts:
        wanted = filter or VerdictFilter()
        told = await info.context.ask(lambda reader: _told(reader, wanted, as_of, source, info))
        found = told.evaluation
        target = None if wanted.target is None else info.context.key(wanted.target)
        listed = [
            one
            for one in found.verdicts
            if (wanted.statuses is None or one.status in wanted.statuses)
            and (wanted.severity is None or one.severity.rank >= wanted.severity.rank)
            and (target is None or one.target == target)
        ]
        page = part(listed, worst_first, first, after)
        times = await info.context.ask(lambda reader: times_of(reader, told, page.items))
        shown = page.connection(
            [
                PolicyVerdict(told=one, at=as_of, times=times.get((one.policy, one.target)))
                for one in page.items
            ]
        )
        counted = compliance.tally(found.verdicts)
        return PolicyVerdicts(
            **connection_parts(shown),
            state=found.compliance,
            counts=status_counts(counted),
            blocking=counted.blocking,
            evaluated_as_of=Instant(told.looked_ns),
            kept=told.standing is not None,
            stale_since=instant(told.stale_since_ns),
            unevaluated=found.unevaluated,
        )

    @described("Who uses which product, and under which agreement, by product.")
    async def usage(
        self,
        info: Info,
        product: Annotated[
            str | None, strawberry.argument(description="Only of this product: its key, id or name.")
        ] = None,
        first: First = 50,
        after: After = None,
        as_of: AsOf = None,
    ) -> Connection[ProductUse]:
        def ask(reader: Reader) -> list[Use]:
            key = key_of(reader, Label.DATA_PRODUCT, product, info.context.base_iri)
            return uses(info.context.mesh_of(reader, as_of), key)

        page = part(await info.context.ask(ask), lambda one: (one.product, one.by), first, after)
        return page.connection([ProductUse(told=one, at=as_of) for one in page.items])

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
            told = _told(reader, filter or VerdictFilter(), as_of, Source.CURRENT, info)
            return compliance.rows(Ground(reader, as_of, clock(as_of)), told.evaluation, by)

        page = part(await info.context.ask(ask), lambda one: (one.of,), first, after)
        return page.connection([PolicyCompliance(told=one, at=as_of) for one in page.items])

    @described(
        "What verdicts of a product, domain or policy came to, on the last days on which that changed, oldest first."
    )
    async def compliance_days(
        self, info: Info, of: Of = None, first: First = 50
    ) -> list[PolicyComplianceDay]:
        key = EVERYTHING if of is None else _counted(info, of)
        found = await info.context.ask(lambda reader: days(reader, key))
        return [PolicyComplianceDay.of(one) for one in found[-check_first(first) :]]


def _counted(info: Info, of: str) -> str:
    """The key of what is counted: a policy may be named by its id alone."""
    return info.context.key(of) if "/" in of else policy.policy_key(of)


def _told(reader: Reader, wanted: VerdictFilter, at: int | None, source: Source, info: Info) -> Told:
    """The verdicts of the policies that are asked for, in the part of the mesh that is. Refuses what there is not."""
    base = info.context.base_iri
    product = key_of(reader, Label.DATA_PRODUCT, wanted.product, base)
    domain = key_of(reader, Label.DOMAIN, wanted.domain, base)
    rules = rules_of(reader, at, wanted.policies)
    known = {one.id for one in rules.policies} | {one.policy for one in rules.unread}
    for id_ in wanted.policies or ():
        if id_ not in known:
            raise bad_input(f"There is no policy {id_!r:.80} that is followed.")
    within = part_of(reader, product, domain, at)
    return info.context.verdicts.told(reader, Asked(wanted.policies, within, at, source), base)
