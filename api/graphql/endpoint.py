"""``POST /graphql``: GraphQL over HTTP, as JSON: queries and mutations. A GET is not answered, no page is served.

A mutation needs more than to read; who may not is told so in its result, for queries beside it are answered.
"""

from typing import Any

import msgspec
from starlette.responses import Response

from api.accept import best
from api.answer import json_response
from api.auth import refused
from api.body import read_body, require_json
from api.changes.event_stream import MEDIA_TYPE as EVENT_STREAM
from api.changes.event_stream import EventStream
from api.curating import Curating
from api.errors import RETRY_AFTER_S, HttpError
from api.graphql.schema import answer
from api.graphql.subscribing import subscribed
from api.keys import Permission
from api.services import AppRequest

MAX_BODY_BYTES = 256 * 1024
JSON = "application/json"


class Question(msgspec.Struct, rename={"operation_name": "operationName"}):
    """The request map of GraphQL over HTTP."""

    query: str
    variables: dict[str, Any] | None = None
    operation_name: str | None = None


_decoder = msgspec.json.Decoder(Question)


async def graphql(request: AppRequest) -> Response | EventStream:
    """One query → 200 with data, errors or both; 503 with Retry-After while the store is away. A client that accepts
    server-sent events gets those: so it subscribes."""
    services = request.state["services"]
    require_json(request)
    with request.state["services"].budget.hold() as hold:
        question = read_question(await read_body(request, MAX_BODY_BYTES, MAX_BODY_BYTES, hold))
    if best(request.headers.getlist("accept"), (JSON, EVENT_STREAM)) == EVENT_STREAM:
        return subscribed(request, question.query, question.variables, question.operation_name)
    found = await answer(
        services.store,
        services.settings.base_iri,
        question.query,
        question.variables,
        question.operation_name,
        _curating(request),
        services.remembered,
    )
    if not found.unavailable:
        return json_response(found.body())
    services.metrics.store_error()
    return json_response(found.body(), 503, {"Retry-After": str(RETRY_AFTER_S)})


def _curating(request: AppRequest) -> Curating:
    """Who asks, and whether they may change something."""
    services, actor = request.state["services"], request.state["actor"]
    may = actor is not None and actor.may(Permission.MUTATE)
    forbidden = "" if may or actor is None else " ".join(refused(actor, Permission.MUTATE))
    return Curating(services.curator, None if actor is None else actor.name, forbidden)


def read_question(body: bytes) -> Question:
    """The request map. Raises HttpError: 400."""
    try:
        return _decoder.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        hint = 'Send {"query": "…", "variables": {…}} as JSON.'
        raise HttpError(400, "not-a-query", f"The body is no GraphQL request: {error}.", hint) from error
