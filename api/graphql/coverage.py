"""Coverage: how far an answer about lineage or impact can be trusted."""

from typing import Annotated, TypeAlias

import strawberry

from api.graphql import words
from api.graphql.asking import Info
from api.graphql.paging import check_first
from api.graphql.words import described
from catalog.coverage import Coverage as Covered
from catalog.coverage import CoverageStatus, ReasonCode
from catalog.coverage import Reason as Told

MAX_PAGE = 5_000

LineageFirst: TypeAlias = Annotated[
    int, strawberry.argument(description=f"How many items to give at most, from 1 to {MAX_PAGE}.")
]


words.describe(
    CoverageStatus,
    "How far an answer can be trusted.",
    {
        "COMPLETE": "It is all that the graph holds.",
        "PARTIAL": "There may be more; the reasons say where.",
        "UNKNOWN": "Nothing could be followed.",
    },
)
words.describe(
    ReasonCode,
    "Why an answer is not complete, or is about what is no more.",
    {
        "DEPTH": "The walk ended at the depth asked for.",
        "MAX_NODES": "The walk ended at its bound of nodes.",
        "MAX_EDGES": "Not all edges between the nodes are listed.",
        "NO_FIELDS": "No field of a dataset to start from is known.",
        "NO_COLUMN_LINEAGE": "A job told no column lineage for an output.",
        "SQL_NOT_UNDERSTOOD": "Only the SQL of a job tells its columns, and it is not understood in whole.",
        "UNRESOLVED_REFERENCE": "A dataset is only named by column lineage or SQL.",
        "INFERRED_FIELD": "No schema has shown a field that lineage names.",
        "DROPPED": "A dataset has been dropped or renamed by then.",
        "GONE": "No document describes a dataset any more, and no event names it.",
        "EXTRACTION_ERROR": "The producer of a job could not read all of its last run.",
        "NOT_YET_KNOWN": "No event of that time or before names a node to start from.",
        "WRITER_NOT_JUDGED": "A job writes into the changed dataset, and whether it fits the change is not known.",
        "ORIGINS_LEFT_OUT": "Only lineage of some origins was asked for.",
        "NO_LINEAGE": "No event tells what reads or writes a dataset to start from, or what a job to start from does.",
        "ALIAS_CONFLICT": "Links join names to a dataset that cannot be believed to be the same.",
    },
)


@strawberry.type(description="One thing that an answer does not know.")
class Reason:
    told: strawberry.Private[Told]

    @described("What kind of gap it is.")
    def code(self) -> ReasonCode:
        return self.told.code

    @described("The gap in a sentence.")
    def message(self) -> str:
        return self.told.message

    @described("The ids of the nodes that it is about.")
    def nodes(self, info: Info, first: LineageFirst = 100) -> list[strawberry.ID]:
        return [
            strawberry.ID(info.context.iri(key)) for key in self.told.keys[: check_first(first, MAX_PAGE)]
        ]

    @described("How many nodes it is about.")
    def node_count(self) -> int:
        return len(self.told.keys)


@strawberry.type(
    description="How far an answer can be trusted: what it does not know is said, never guessed."
)
class Coverage:
    covered: strawberry.Private[Covered]

    @described("COMPLETE only when there is no reason to doubt.")
    def status(self) -> CoverageStatus:
        return self.covered.status

    @described("What the answer does not know.")
    def reasons(self, first: LineageFirst = 100) -> list[Reason]:
        return [Reason(told=reason) for reason in self.covered.reasons[: check_first(first, MAX_PAGE)]]

    @described("How many reasons there are.")
    def reason_count(self) -> int:
        return len(self.covered.reasons)

    @described("How many nodes the whole answer has.")
    def nodes(self) -> int:
        return self.covered.nodes

    @described("How many edges of the graph were read to find it.")
    def edges(self) -> int:
        return self.covered.edges
