"""Figures of datasets: how many rows, bytes and files, and what their columns hold."""

import strawberry

from api.graphql.paging import After, Connection, First, part
from api.graphql.scalars import BigInt, Instant, big
from api.graphql.words import described
from catalog.instant import parse_instant
from ingest.facets import quality


@strawberry.type(description="How much of a dataset a run read or wrote.")
class Statistics:
    row_count: BigInt | None = strawberry.field(description="How many rows.")
    bytes: BigInt | None = strawberry.field(description="How many bytes.")
    file_count: BigInt | None = strawberry.field(description="How many files.")

    @classmethod
    def of(cls, told: quality.Statistics) -> "Statistics":
        """Statistics as a facet has them."""
        return cls(row_count=big(told.row_count), bytes=big(told.bytes), file_count=big(told.file_count))


@strawberry.type(description="The value at a quantile of a column.")
class Quantile:
    quantile: str = strawberry.field(description="The quantile as sent: 0.25, 0.5 …")
    value: float = strawberry.field(description="The value there.")


@strawberry.type(description="Figures of one column.")
class ColumnMetrics:
    told: strawberry.Private[quality.ColumnMetrics]

    @described("The column.")
    def column(self) -> str:
        return self.told.column

    @described("How many values are null.")
    def null_count(self) -> BigInt | None:
        return big(self.told.null_count)

    @described("How many different values there are.")
    def distinct_count(self) -> BigInt | None:
        return big(self.told.distinct_count)

    @described("The sum of the values.")
    def sum(self) -> float | None:
        return self.told.sum

    @described("How many values there are.")
    def count(self) -> float | None:
        return self.told.count

    @described("The smallest value.")
    def min(self) -> float | None:
        return self.told.min

    @described("The largest value.")
    def max(self) -> float | None:
        return self.told.max

    @described("The values at quantiles, lowest first.")
    def quantiles(self, first: First = 20, after: After = None) -> Connection[Quantile]:
        numbered = list(enumerate(self.told.quantiles))
        page = part(numbered, lambda item: (item[0],), first, after)
        return page.connection([Quantile(quantile=name, value=value) for _, (name, value) in page.items])


@strawberry.type(description="Figures of a dataset as somebody measured it.")
class Metrics:
    told: strawberry.Private[quality.Metrics]

    @described("How many rows were looked at.")
    def row_count(self) -> BigInt | None:
        return big(self.told.row_count)

    @described("How large it is, in bytes.")
    def bytes(self) -> BigInt | None:
        return big(self.told.bytes)

    @described("How many files were looked at.")
    def file_count(self) -> BigInt | None:
        return big(self.told.file_count)

    @described("When the data was last changed, as it was told.")
    def last_updated(self) -> Instant | None:
        text = self.told.last_updated
        return None if text is None else Instant(parse_instant(text).ns)

    @described("The figures of its columns, by name.")
    def columns(self, first: First = 100, after: After = None) -> Connection[ColumnMetrics]:
        page = part(self.told.columns, lambda one: (one.column,), first, after)
        return page.connection([ColumnMetrics(told=one) for one in page.items])
