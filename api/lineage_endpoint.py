"""``POST /api/v1/lineage`` and ``/api/v1/lineage/batch``: OpenLineage over HTTP (its OpenAPI document 2.0.2).

Answers come from the list that every OpenLineage client survives: 201 and 200 for all that is kept, in part or
set aside; 4xx for what can never succeed; 503 with Retry-After for what can succeed later. Never a redirect.
"""

import asyncio
from collections.abc import Sequence
from typing import TypeAlias

from anyio.to_thread import run_sync
from starlette.responses import Response

from api.answer import json_response
from api.batch import split_batch
from api.body import read_body, require_json
from api.budget import Hold
from api.errors import HttpError, store_unavailable, try_again
from api.receipts import Outcome, batch_answer, event_receipt
from api.services import AppRequest
from catalog.entry import Receipt
from catalog.errors import StoreUnavailable
from ingest.errors import Rejected, TooLarge, Unavailable, Unparsable

_AT_ONCE = 200
"""Events of one batch that are handed over together: enough for a group commit, with room for others."""
_IN_A_ROW = 20
"""Events of one batch that are looked at before others have their turn: some milliseconds."""
_BIG = 256 * 1024
"""Bodies from this size on are looked at in a thread, so that the small ones do not wait."""


async def post_lineage(request: AppRequest) -> Response:
    """One event → 201 with its receipt. A list, or ``{"events": [...]}``, is taken as a batch → 200."""
    with request.state["services"].budget.hold() as hold:
        body = await _body(request, hold)
        events = await _split(body)
        if events is not None:
            return await _batch(request, events)
        outcome = await _outcome(await _receive(request, body))
    if isinstance(outcome, Receipt):
        return json_response(event_receipt(outcome), 201)
    raise _refusal(outcome)


async def post_batch(request: AppRequest) -> Response:
    """Many events → 200 with the spec's summary; 503 when the service could keep none of them now."""
    with request.state["services"].budget.hold() as hold:
        events = await _split(await _body(request, hold))
        if events is None:
            message = "A batch is a JSON list of events, or an object with a list named events."
            refused = HttpError(400, "not-a-batch", message, "Send one event to /api/v1/lineage.")
            raise _count(request, refused)
        return await _batch(request, events)


async def _body(request: AppRequest, hold: Hold) -> bytes:
    services = request.state["services"]
    limits = services.settings
    try:
        require_json(request)
        body = await read_body(request, limits.max_body_bytes, limits.max_inflated_bytes, hold)
        if not body.strip():
            raise HttpError(400, "empty-body", "The body is empty.", "Send one OpenLineage event as JSON.")
    except HttpError as error:
        if error.status == 503:  # it will come again, and be counted then
            raise
        raise _count(request, error) from error.__cause__
    return body


async def _split(body: bytes) -> list[bytes | Unparsable] | None:
    return split_batch(body) if len(body) < _BIG else await run_sync(split_batch, body)


async def _batch(request: AppRequest, events: Sequence[bytes | Unparsable]) -> Response:
    outcomes: list[Outcome] = []
    for start in range(0, len(events), _AT_ONCE):
        received: list[Received] = []
        for body in events[start : start + _AT_ONCE]:
            received.append(await _receive(request, body))
            if len(received) % _IN_A_ROW == 0:
                await asyncio.sleep(0)
        outcomes += [await _outcome(one) for one in received]
    if outcomes and all(isinstance(outcome, Unavailable | StoreUnavailable) for outcome in outcomes):
        raise _refusal(outcomes[0])
    return json_response(batch_answer(outcomes))


Received: TypeAlias = "asyncio.Future[Receipt] | Rejected | Unavailable"


async def _receive(request: AppRequest, body: bytes | Unparsable) -> Received:
    """One event handed to the ingest, or why it cannot be."""
    services, actor = request.state["services"], request.state["actor"]
    ingest = services.ingest
    name = actor.name if actor else None
    if isinstance(body, Unparsable):
        ingest.counts.reject()
        return body
    try:
        waiting = (
            ingest.receive(body, name) if len(body) < _BIG else await run_sync(ingest.receive, body, name)
        )
    except (Rejected, Unavailable) as error:
        return error
    return services.outcomes.of(waiting)


async def _outcome(received: Received) -> Outcome:
    """What became of one event."""
    if isinstance(received, Exception):
        return received
    try:
        return await received
    except (Unavailable, StoreUnavailable) as error:
        return error


def _refusal(outcome: Outcome) -> HttpError:
    """The error answer for an event that was not kept."""
    if isinstance(outcome, Rejected):
        status = 413 if isinstance(outcome, TooLarge) else 400
        return HttpError(status, outcome.code, outcome.message, outcome.hint)
    if isinstance(outcome, StoreUnavailable):
        return store_unavailable()
    if isinstance(outcome, Unavailable):
        return try_again(outcome.code, outcome.message, outcome.hint, outcome.retry_after_s)
    raise TypeError(f"not an error: {outcome}")


def _count(request: AppRequest, error: HttpError) -> HttpError:
    """Count a body that was refused before any event of it was looked at."""
    request.state["services"].ingest.counts.reject()
    return error
