"""``POST /api/v1/commands``: what an operator tells the catalog to do, one command a request.

201 with its receipt, which says how much it took away; 400 for what is no command, 503 as for events. Only admins may.
"""

import time

from anyio.to_thread import run_sync
from starlette.responses import Response

from api.answer import json_response
from api.body import read_body, require_json
from api.errors import HttpError, store_unavailable, try_again
from api.query_flags import flag, refuse_unknown
from api.receipts import Rehearsed, command_receipt
from api.services import AppRequest
from catalog.canonical import Json, NotJson, decode
from catalog.errors import StoreUnavailable
from catalog.instant import parse_instant
from catalog.projection import Projection
from catalog.retention import RETAIN
from catalog.store.port import Store
from ingest.command import MAX_COMMAND_BYTES, Said, command
from ingest.errors import NotACommand, Unavailable
from ingest.replay import interpret_again
from ingest.retention import planned


async def post_command(request: AppRequest) -> Response:
    """``{"command": …, "at"?: …, "why"?: …, …}`` → 201; with ``?dryRun=true`` 200, and what it would take away."""
    services = request.state["services"]
    refuse_unknown(request.query_params, "dryRun")
    dry_run = flag(request.query_params, "dryRun")
    with services.budget.hold() as hold:
        require_json(request)
        body = await read_body(request, MAX_COMMAND_BYTES, MAX_COMMAND_BYTES, hold)
    actor = request.state["actor"]
    try:
        said = await run_sync(_read, body, None if actor is None else actor.name, services.store)
        if dry_run:
            return json_response(await run_sync(_rehearsed, said, services.store))
        receipt = await services.outcomes.of(services.ingest.submit(*said))
    except NotACommand as error:
        raise HttpError(400, error.code, error.message, error.hint) from error
    except StoreUnavailable as error:
        raise store_unavailable() from error
    except Unavailable as error:
        raise try_again(error.code, error.message, error.hint, error.retry_after_s) from error
    return json_response(command_receipt(receipt), 201)


def _rehearsed(said: Said, store: Store) -> Rehearsed:
    """Raises StoreUnavailable."""
    return Rehearsed(Projection(store, interpret_again).rehearse(said).counts)


def _read(body: bytes, actor: str | None, store: Store) -> Said:
    """Raises NotACommand, StoreUnavailable."""
    try:
        terms: Json = decode(body)
    except NotJson as error:
        raise NotACommand(f"It is no JSON: {error}.") from error
    if not isinstance(terms, dict) or not isinstance(terms.get("command"), str):
        raise NotACommand("It is no JSON object that names a command.")
    at = terms.pop("at", None)
    try:
        at_ns = None if at is None else parse_instant(str(at)).ns
    except ValueError as error:
        raise NotACommand(f"Its time cannot be read: {error}.") from error
    if terms["command"] == RETAIN:
        terms = planned(store, terms)
    return command(str(terms["command"]), terms, received_ns=time.time_ns(), actor=actor, at_ns=at_ns)
