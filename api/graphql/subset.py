"""Which part of a dataset a run read or wrote."""

from typing import Annotated

import strawberry

from api.graphql.paging import After, Connection, First, check_first, part
from api.graphql.words import described
from ingest.facets import subset


@strawberry.type(description="What lies at some places.")
class LocationCondition:
    told: strawberry.Private[subset.Locations]

    @described("The places: folders, files, addresses.")
    def locations(self, first: First = 100) -> list[str]:
        return list(self.told.locations[: check_first(first)])

    @described("How many places there are.")
    def location_count(self) -> int:
        return len(self.told.locations)


@strawberry.type(description="The value of a partition in one dimension.")
class Dimension:
    name: str = strawberry.field(description="The dimension, a column mostly.")
    value: str = strawberry.field(description="Its value in the partition.")


@strawberry.type(description="One partition of a dataset.")
class Partition:
    told: strawberry.Private[subset.Partition]

    @described("What the partition is called.")
    def identifier(self) -> str | None:
        return self.told.identifier

    @described("The values that make the partition, by dimension.")
    def dimensions(self, first: First = 10) -> list[Dimension]:
        named = self.told.dimensions[: check_first(first)]
        return [Dimension(name=name, value=value) for name, value in named]


@strawberry.type(description="What lies in some partitions.")
class PartitionCondition:
    told: strawberry.Private[subset.Partitions]

    @described("The partitions, as they were sent.")
    def partitions(self, first: First = 20, after: After = None) -> Connection[Partition]:
        page = part(list(enumerate(self.told.partitions)), lambda item: (item[0],), first, after)
        return page.connection([Partition(told=one) for _, one in page.items])


@strawberry.type(description="One side of a comparison: a field or a literal value.")
class Operand:
    field: str | None = strawberry.field(description="The field.")
    literal: str | None = strawberry.field(description="The literal value.")


@strawberry.type(description="Rows for which a comparison holds.")
class CompareCondition:
    told: strawberry.Private[subset.Comparison]

    @described("The left side.")
    def left(self) -> Operand:
        return Operand(field=self.told.left.field, literal=self.told.left.literal)

    @described("EQUAL, GREATER_THAN, GREATER_EQUAL_THAN, LESS_THAN or LESS_EQUAL_THAN.")
    def comparison(self) -> str:
        return self.told.comparison

    @described("The right side.")
    def right(self) -> Operand:
        return Operand(field=self.told.right.field, literal=self.told.right.literal)


@strawberry.type(description="Two conditions, joined.")
class BinaryCondition:
    told: strawberry.Private[subset.Both]

    @described("The first condition.")
    def left(self) -> "Condition":
        return condition(self.told.left)

    @described("AND or OR.")
    def operator(self) -> str:
        return self.told.operator

    @described("The second condition.")
    def right(self) -> "Condition":
        return condition(self.told.right)


Condition = Annotated[
    LocationCondition | PartitionCondition | CompareCondition | BinaryCondition,
    strawberry.union("SubsetCondition", description="What makes the part of a dataset; conditions nest."),
]


def condition(
    told: subset.Condition,
) -> LocationCondition | PartitionCondition | CompareCondition | BinaryCondition:
    """A condition as a type of the schema."""
    if isinstance(told, subset.Locations):
        return LocationCondition(told=told)
    if isinstance(told, subset.Partitions):
        return PartitionCondition(told=told)
    if isinstance(told, subset.Comparison):
        return CompareCondition(told=told)
    return BinaryCondition(told=told)


@strawberry.type(description="The part of a dataset that a run read or wrote.")
class Subset:
    told: strawberry.Private[subset.Condition]

    @described("The whole condition as a person would write it.")
    def text(self) -> str:
        return subset.spelled(self.told)

    @described("The condition as a tree.")
    def condition(self) -> Condition:
        return condition(self.told)
