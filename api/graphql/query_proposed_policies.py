"""What policies would say: of documents that are to come, and of policies that are only tried. Nothing is stored."""

from typing import Annotated

import strawberry

from api.errors import UsageError
from api.graphql.asking import Info
from api.graphql.compliance import status_counts
from api.graphql.errors import bad_input
from api.graphql.impact_input import ProposedDocument
from api.graphql.paging import After, First, part
from api.graphql.policy import PolicyVerdict, PolicyVerdicts, connection_parts
from api.graphql.query_mesh import key_of
from api.graphql.query_policies import Filter, VerdictFilter
from api.graphql.scalars import Instant
from api.graphql.words import described
from api.policies.asking import clock, part_of
from api.policies.drafts import drafts_of
from api.policies.proposing import MAX_DOCUMENTS, proposed, state_of
from api.policies.queries import small_queries
from catalog.governance import compliance
from catalog.governance.checks.ground import Ground
from catalog.governance.evaluation import Rules
from catalog.governance.rehearsal import rehearsal
from catalog.governance.stored import stored
from catalog.governance.verdict import Compliance, Evaluation, Verdict, worst_first
from catalog.store.port import Reader
from ingest.errors import Rejected
from ingest.proposals.documents import GivenDocument
from ontology.vocabulary import Label

MAX_DRAFTS = 20
Documents = Annotated[
    list[ProposedDocument],
    strawberry.argument(description=f"Descriptors as they are to be, at most {MAX_DOCUMENTS}."),
]
Draft = Annotated[
    str,
    strawberry.argument(description=f"A descriptor of Meshline with at most {MAX_DRAFTS} policies, as text."),
]


@strawberry.type(description="What policies would say.")
class ProposedPolicyQueries:
    @described(
        "What the policies would say once these documents are imported, and do not say now; the worst first."
    )
    async def proposed_verdicts(
        self, info: Info, documents: Documents, first: First = 50, after: After = None
    ) -> PolicyVerdicts:
        given = [
            GivenDocument(one.name or f"documents[{number}]", one.text)
            for number, one in enumerate(documents)
            if not one.base
        ]
        queries = small_queries(info.context.base_iri)
        try:
            found = await info.context.ask(lambda reader: proposed(reader, given, queries))
        except (UsageError, Rejected) as error:
            raise bad_input(error.message) from error
        return _shown(found, state_of(found), None, first, after)

    @described("What new or changed policies would say, enabled or not, in place of those that there are.")
    async def draft_verdicts(
        self, info: Info, draft: Draft, filter: Filter = None, first: First = 50, after: After = None
    ) -> PolicyVerdicts:
        wanted, base = filter or VerdictFilter(), info.context.base_iri
        try:
            drafts = [one for one in drafts_of(draft) if wanted.policies is None or one.id in wanted.policies]
        except (UsageError, Rejected) as error:
            raise bad_input(error.message) from error
        if not 1 <= len(drafts) <= MAX_DRAFTS:
            raise bad_input(f"{len(drafts)} policies are not tried at once; at most {MAX_DRAFTS} are.")

        evaluator = info.context.verdicts.evaluator

        def ask(reader: Reader) -> tuple[Evaluation, str]:
            product = key_of(reader, Label.DATA_PRODUCT, wanted.product, base)
            domain = key_of(reader, Label.DOMAIN, wanted.domain, base)
            with small_queries(base)(reader) as queries:
                ground = Ground(reader, None, clock(None), queries)
                rules = Rules(tuple(drafts), stored(reader).waivers)
                found = evaluator.evaluate(ground, rules, part_of(reader, product, domain, None))
                return found, rehearsal(ground, found)

        found, said = await info.context.ask(ask)
        listed = [
            one
            for one in found.verdicts
            if (wanted.statuses is None or one.status in wanted.statuses)
            and (wanted.severity is None or one.severity.rank >= wanted.severity.rank)
            and (wanted.target is None or one.target == info.context.key(wanted.target))
        ]
        return _shown(found, found.compliance, said, first, after, listed)


def _shown(
    found: Evaluation,
    state: Compliance,
    said: str | None,
    first: int,
    after: str | None,
    listed: list[Verdict] | None = None,
) -> PolicyVerdicts:
    page = part(list(found.verdicts) if listed is None else listed, worst_first, first, after)
    told = compliance.tally(found.verdicts)
    return PolicyVerdicts(
        **connection_parts(page.connection([PolicyVerdict(told=one, at=None) for one in page.items])),
        state=state,
        counts=status_counts(told),
        blocking=told.blocking,
        evaluated_as_of=Instant(found.now_ns),
        kept=False,
        stale_since=None,
        unevaluated=found.unevaluated,
        rehearsal=said,
    )
