"""Arguments that several questions take."""

from typing import Annotated, TypeAlias

import strawberry

from api.graphql.asking import Info
from api.graphql.scalars import Instant
from catalog.identity import RunId

AsOf: TypeAlias = Annotated[
    Instant | None, strawberry.argument(description="Answer as it was at this instant; left out: now.")
]


def run_key(info: Info, text: str) -> str:
    """The key of a run by its runId, its id or its key."""
    key = info.context.key(text)
    return key if key.startswith("run/") else RunId.lenient(text).key
