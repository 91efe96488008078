"""What became of events, and what operators have told the catalog to do."""

from typing import Annotated

import strawberry

from api.graphql.asking import Info
from api.graphql.command import Command, command_page
from api.graphql.paging import After, First, Page
from api.graphql.receipt import (
    FilterArgument,
    ProblemCount,
    Quarantine,
    Receipt,
    ReceiptCount,
    find_receipt,
    problem_page,
    receipt_counts,
    receipt_page,
)
from api.graphql.words import described
from catalog.entry import Status


@strawberry.type(description="What became of events, and what operators have told the catalog to do.")
class LogQueries:
    @described("The receipt of one event; null where the log does not hold it.")
    async def receipt(
        self,
        info: Info,
        hash: Annotated[
            str,
            strawberry.argument(
                description="The hash, or at least its first 32 hex digits as evidence has them."
            ),
        ],
    ) -> Receipt | None:
        return await find_receipt(info, hash)

    @described(
        "The receipts of events that were kept, the latest first. For what few match, a page may end early, even "
        "empty: where it has a next page, that goes on."
    )
    async def receipts(
        self,
        info: Info,
        first: First = 20,
        after: After = None,
        status: Annotated[
            Status | None, strawberry.argument(description="Only events of this status.")
        ] = None,
        filter: FilterArgument = None,
    ) -> Page[Receipt]:
        return await receipt_page(info, first, after, filter, status)

    @described("How many events were kept, by status.")
    async def receipt_counts(self, info: Info) -> list[ReceiptCount]:
        return await receipt_counts(info)

    @described("The events that were kept, but of which nothing was applied.")
    async def quarantine(self) -> Quarantine:
        return Quarantine()

    @described("What was set aside or assumed in events, by producer and problem, the most frequent first.")
    async def problem_counts(
        self,
        info: Info,
        status: Annotated[
            Status | None, strawberry.argument(description="Only of events of this status.")
        ] = None,
        first: First = 100,
    ) -> list[ProblemCount]:
        return await problem_page(info, status, first)

    @described("The commands of operators that are in force, the oldest first.")
    async def commands(
        self,
        info: Info,
        first: First = 20,
        after: After = None,
        superseded: Annotated[
            bool, strawberry.argument(description="Also those of which a later one took the place.")
        ] = False,
    ) -> Page[Command]:
        return await command_page(info, first, after, superseded)
