"""What becomes of a value between two fields, as column lineage tells it."""

import strawberry

from api.graphql import words
from catalog.graph import Edge
from catalog.lineage_shown import Transformation as Told
from catalog.lineage_steps import Kind

words.describe(
    Kind,
    "How a field is used.",
    {
        "DIRECT": words.relation("FEEDS"),
        "INDIRECT": words.relation("INFLUENCES"),
    },
)


@strawberry.type(description="One transformation, in the words of the columnLineage facet.")
class Transformation:
    subtype: str | None = strawberry.field(
        description="IDENTITY, TRANSFORMATION or AGGREGATION of a direct use; "
        "JOIN, GROUP_BY, FILTER, SORT, WINDOW or "
        "CONDITIONAL of an indirect one. Null where the producer does not say."
    )
    masking: bool = strawberry.field(description=words.relation_word("FEEDS", "masking"))
    description: str | None = strawberry.field(description="What the producer says of it.")

    @classmethod
    def of(cls, told: Told) -> "Transformation":
        """A transformation of a lineage walk."""
        return cls(subtype=told.subtype or None, masking=told.masking, description=told.description or None)

    @classmethod
    def of_edge(cls, edge: Edge) -> "Transformation":
        """The transformation that a column edge names."""
        named = dict(edge.properties)
        subtype, description = named.get("subtype"), named.get("description")
        return cls(
            subtype=None if subtype is None else str(subtype),
            masking=named.get("masking") is True,
            description=None if description is None else str(description),
        )


__all__ = ["Kind", "Transformation"]
