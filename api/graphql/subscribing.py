"""GraphQL over server-sent events, in the distinct connections mode of graphql-sse: ``next`` for each answer, then
``complete``. A stream that ends without that has broken off: clients subscribe again, behind the last id they had."""

from collections.abc import AsyncIterator
from typing import Any

from strawberry.types.graphql import OperationType

from api.changes.event_stream import EventStream, event_text
from api.graphql.change import Listening
from api.graphql.errors import formatted
from api.graphql.schema import SCHEMA, UNANSWERABLE, refused
from api.services import AppRequest


def subscribed(
    request: AppRequest, query: str, variables: dict[str, Any] | None, name: str | None
) -> EventStream:
    """The answers to a subscription or query. Raises HttpError: 503 where too many listen."""
    services = request.state["services"]
    services.changes.enter()
    context = Listening(services.store, services.settings.base_iri, services.changes, services.remembered)
    return EventStream(_answers(context, query, variables, name), services.changes.leave)


async def _answers(
    context: Listening, query: str, variables: dict[str, Any] | None, name: str | None
) -> AsyncIterator[bytes]:
    try:
        results = await SCHEMA.stream(
            query,
            variable_values=dict(variables or {}),
            context_value=context,
            operation_name=name,
            allowed_operation_types=(OperationType.QUERY, OperationType.SUBSCRIPTION),
        )
        async for result in results:
            yield event_text(_shown(result, name), name="next")
    finally:
        await context.close()
    if not context.hub.ended:
        yield b"event: complete\ndata:\n\n"


def _shown(result: Any, name: str | None) -> dict[str, Any]:
    """The response map of one result; of a document that was not executed it has errors alone."""
    data, errors = getattr(result, "data", None), getattr(result, "errors", None) or []
    told = [
        refused(one.original_error, name) if isinstance(one.original_error, UNANSWERABLE) else one
        for one in errors
    ]
    return {"data": data, "errors": formatted(told)} if told else {"data": data}
