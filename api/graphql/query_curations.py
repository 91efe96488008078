"""What people have curated, and who changed it."""

from typing import Annotated

import strawberry

from api.graphql.asking import Info
from api.graphql.curation import AspectArgument, CuratedValue, CurationChange, change_page, curation_of
from api.graphql.paging import After, First, Page
from api.graphql.query_arguments import AsOf
from api.graphql.scalars import Instant
from api.graphql.words import described


@strawberry.type(description="What people have curated, and who changed it.")
class CurationQueries:
    @described("One aspect of a thing as people have curated it; without a value where nobody has.")
    async def curation(
        self,
        info: Info,
        subject: Annotated[strawberry.ID, strawberry.argument(description="The id or key of the thing.")],
        aspect: AspectArgument,
        as_of: AsOf = None,
    ) -> CuratedValue:
        return await curation_of(info, subject, aspect, as_of)

    @described(
        "The audit trail of what people curate, the latest first. For an actor who changes little, a page may end "
        "early, even empty: where it has a next page, that goes on."
    )
    async def curations(
        self,
        info: Info,
        subject: Annotated[
            strawberry.ID | None, strawberry.argument(description="Only changes of this thing.")
        ] = None,
        actor: Annotated[
            str | None, strawberry.argument(description="Only changes by this actor, exactly.")
        ] = None,
        since: Annotated[
            Instant | None, strawberry.argument(description="Only changes from this instant on.")
        ] = None,
        first: First = 20,
        after: After = None,
    ) -> Page[CurationChange]:
        return await change_page(info, subject, actor, since, first, after)
