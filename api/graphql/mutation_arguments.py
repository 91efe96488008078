"""Arguments that mutations share."""

from typing import Annotated, TypeAlias

import strawberry

from api.graphql.scalars import Instant

Subject: TypeAlias = Annotated[
    strawberry.ID, strawberry.argument(description="The id or key of the thing that is curated.")
]
IfVersion: TypeAlias = Annotated[
    str | None,
    strawberry.argument(
        description='Change it only if this is the version in force, as `curation` has it ("0" for what nobody has '
        "curated); else the answer is a ConflictError."
    ),
]
Reason: TypeAlias = Annotated[str | None, strawberry.argument(description="Why, for those who ask later.")]
Id: TypeAlias = Annotated[strawberry.ID, strawberry.argument(description="Its id or key.")]
Ids: TypeAlias = Annotated[list[strawberry.ID], strawberry.argument(description="Their ids or keys.")]
Until: TypeAlias = Annotated[Instant | None, strawberry.argument(description="When it is to end.")]
