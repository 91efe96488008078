"""``/api/v1/proposals`` and ``/proposals/{id}``: sign-off over HTTP. Reading needs a key that may read, the rest
one that may curate."""

from collections.abc import Callable
from typing import Any, TypeVar

import msgspec
from anyio.to_thread import run_sync
from starlette.responses import Response

from api.answer import json_response
from api.body import read_body, require_json
from api.curating import Curating, MayNotCurate
from api.errors import HttpError, ProposalRefused, store_unavailable
from api.proposals.desk import MAX_PAGE, Desk
from api.proposals.terms import AnswerTerms, CloseTerms, DeprecateTerms, ForceTerms, ProposeTerms
from api.query_flags import refuse_unknown
from api.services import AppRequest
from catalog.errors import Conflict, InvalidQuery, StoreUnavailable, UnknownNode
from catalog.signoff.standing import binding
from ingest.errors import IngestError

MAX_BODY_BYTES = 32 * 1024 * 1024
"""A proposal may bring two manifests."""
T = TypeVar("T")


async def get_proposals(request: AppRequest) -> Response:
    """A page of proposals by id; ``open=true``: of those that nobody has closed → 200; 400."""
    refuse_unknown(request.query_params, "after", "first", "open")
    asked = request.query_params
    first = asked.get("first", "50")
    if (
        not (first.isdecimal() and len(first) < 10)  # Python refuses to read very long numbers
        or not 1 <= int(first) <= MAX_PAGE
        or asked.get("open", "true") not in ("true", "false")
    ):
        hint = f"first is from 1 to {MAX_PAGE}, open is true or false."
        raise HttpError(400, "invalid-query", "The page is not one that can be asked for.", hint)
    only = asked.get("open") == "true"
    return await _told(lambda: _desk(request).all(asked.get("after"), int(first), open_only=only))


async def get_proposal(request: AppRequest) -> Response:
    """One, and how it stands now → 200; 404."""
    return await _told(lambda: _desk(request).one(request.path_params["id"]))


async def post_proposal(request: AppRequest) -> Response:
    """Store one, or change the one of its id → 201, or 200 where nothing is new; 400, 403, 404, 409, 422."""
    terms = await _body(request, ProposeTerms)
    return await _told(lambda: _desk(request).propose(terms), made=True)


async def post_answer(request: AppRequest) -> Response:
    """Answer for an owner → 200; 400, 403, 404, 409, 422."""
    terms = await _body(request, AnswerTerms)
    return await _told(lambda: _desk(request).answer(request.path_params["id"], terms))


async def post_force(request: AppRequest) -> Response:
    """Go on without the answers → 200; 400, 403, 404, 409, 422."""
    terms = await _body(request, ForceTerms)
    return await _told(lambda: _desk(request).force(request.path_params["id"], terms))


async def post_close(request: AppRequest) -> Response:
    """Say that it is done or withdrawn → 200; 400, 403, 404, 409, 422."""
    terms = await _body(request, CloseTerms)
    return await _told(lambda: _desk(request).close(request.path_params["id"], terms))


async def post_deprecation(request: AppRequest) -> Response:
    """Say that a thing will go away → 200; 400, 403, 404, 409, 422."""
    terms = await _body(request, DeprecateTerms)
    return await _told(lambda: _desk(request).deprecate(terms))


def curating_of(request: AppRequest) -> Curating:
    """Who asks. The routes have asked already whether they may."""
    actor = request.state["actor"]
    return Curating(request.state["services"].curator, None if actor is None else actor.name)


def _desk(request: AppRequest) -> Desk:
    services = request.state["services"]
    return Desk(
        services.store, curating_of(request), binding(services.binder, services.remembered.meshes.read)
    )


async def _body(request: AppRequest, kind: type[T]) -> T:
    require_json(request)
    with request.state["services"].budget.hold() as hold:
        body = await read_body(request, MAX_BODY_BYTES, MAX_BODY_BYTES, hold)
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        hint = "docs/signoff.md has an example of each."
        raise HttpError(400, "not-a-proposal", f"The body is not understood: {error}.", hint) from error


async def _told(question: Callable[[], Any], *, made: bool = False) -> Response:
    """The answer of a question, asked in a thread. Raises HttpError."""
    try:
        found = await run_sync(question)
    except StoreUnavailable:
        raise store_unavailable() from None
    except MayNotCurate as error:
        raise HttpError(403, "forbidden", error.message, error.hint) from error
    except UnknownNode as error:
        raise HttpError(404, error.code, error.message, error.hint) from error
    except Conflict as error:
        raise HttpError(409, error.code, error.message, error.hint) from error
    except (ProposalRefused, InvalidQuery, IngestError) as error:
        raise HttpError(422, error.code, error.message, error.hint) from error
    return json_response(found, 201 if made and found.changed else 200)
