"""``POST /api/v1/commands``: what an operator tells the catalog to do, one command a request.

201 with its receipt; 400 for what is no command, 503 as for events. Only admins may.
"""

import time
from collections.abc import Mapping

from anyio.to_thread import run_sync
from starlette.responses import Response

from api.answer import json_response
from api.body import read_body, require_json
from api.errors import HttpError, store_unavailable, try_again
from api.receipts import event_receipt
from api.services import AppRequest
from catalog.canonical import Json, NotJson, decode
from catalog.errors import StoreUnavailable
from catalog.instant import parse_instant
from catalog.retention import RETAIN, read_retain
from catalog.retention_plan import retention
from catalog.store.port import Store
from ingest.command import MAX_COMMAND_BYTES, Said, command
from ingest.errors import NotACommand, Unavailable


async def post_command(request: AppRequest) -> Response:
    """``{"command": …, "at"?: …, "why"?: …, …}`` → 201."""
    services = request.state["services"]
    with services.budget.hold() as hold:
        require_json(request)
        body = await read_body(request, MAX_COMMAND_BYTES, MAX_COMMAND_BYTES, hold)
    actor = request.state["actor"]
    try:
        said = await run_sync(_read, body, None if actor is None else actor.name, services.store)
        receipt = await services.outcomes.of(services.ingest.submit(*said))
    except NotACommand as error:
        raise HttpError(400, error.code, error.message, error.hint) from error
    except StoreUnavailable as error:
        raise store_unavailable() from error
    except Unavailable as error:
        raise try_again(error.code, error.message, error.hint, error.retry_after_s) from error
    return json_response(event_receipt(receipt), 201)


def _read(body: bytes, actor: str | None, store: Store) -> Said:
    """Raises NotACommand."""
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
    if terms["command"] == RETAIN and "runs" not in terms:
        terms.update(_planned(terms, store))
    return command(terms["command"], terms, received_ns=time.time_ns(), actor=actor, at_ns=at_ns)


def _planned(terms: Mapping[str, Json], store: Store) -> dict[str, Json]:
    """What a command to retain has to keep beside what it says. Raises NotACommand, StoreUnavailable."""
    keep_runs = terms.get("keepRuns", 1)
    if isinstance(keep_runs, bool) or not isinstance(keep_runs, int) or keep_runs < 0:
        raise NotACommand("keepRuns is a number of runs.")
    try:
        before_ns, _ = read_retain(terms)
    except ValueError as error:
        raise NotACommand(f"It cannot retain so: {error}.") from error
    with store.read() as reader:
        return retention(reader, before_ns, keep_runs)
