"""Checks of data, and what came of them."""

import strawberry

from api.graphql.scalars import Json
from catalog.canonical import plain
from ingest.facets import checks


@strawberry.type(description="A check of data: a test or an assertion, and what came of it.")
class Check:
    name: str | None = strawberry.field(description="What the check is called.")
    type: str | None = strawberry.field(description="What kind of check it is: not_null, unique, row_count …")
    status: str | None = strawberry.field(
        description="pass, fail or skip. A check that fails may only warn: see severity."
    )
    column: str | None = strawberry.field(description="The column it is about; null: the whole dataset.")
    severity: str | None = strawberry.field(
        description="What a failure means: error stops the pipeline, warn does not."
    )
    description: str | None = strawberry.field(description="What it checks, for people.")
    expected: str | None = strawberry.field(description="The value or threshold that it expects.")
    actual: str | None = strawberry.field(description="The value that it found.")
    content: str | None = strawberry.field(description="The check itself, a query for example.")
    content_type: str | None = strawberry.field(description="The language of the content: sql, json …")
    params: Json | None = strawberry.field(description="Further inputs of the check.")

    @classmethod
    def of(cls, check: checks.Check) -> "Check":
        """A check that a facet tells of."""
        return cls(
            name=check.name,
            type=check.type,
            status=check.status,
            column=check.column,
            severity=check.severity,
            description=check.description,
            expected=check.expected,
            actual=check.actual,
            content=check.content,
            content_type=check.content_type,
            params=None if check.params is None else Json(plain(check.params)),
        )
