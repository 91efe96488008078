"""``/api/v1/webhooks``: the webhooks over HTTP. Only admins may; a secret is told once, by the POST that makes it."""

from collections.abc import Callable
from typing import Any, TypeVar

import msgspec
from anyio.to_thread import run_sync
from starlette.responses import Response

from api.answer import json_response
from api.body import read_body, require_json
from api.errors import HttpError, WebhookRefused
from api.services import AppRequest
from api.webhooks.registry import Registry, Wanted
from api.webhooks.target import Allowed
from catalog.errors import InvalidQuery, UnknownNode

MAX_BODY_BYTES = 64 * 1024
T = TypeVar("T")
_decoder = msgspec.json.Decoder(Wanted)


async def post_webhook(request: AppRequest) -> Response:
    """``{"url", "kinds"?, "domains"?, "products"?, "secret"?}`` → 201 with the webhook and its secret."""
    require_json(request)
    with request.state["services"].budget.hold() as hold:
        body = await read_body(request, MAX_BODY_BYTES, MAX_BODY_BYTES, hold)
    try:
        wanted = _decoder.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        hint = 'Send {"url": "https://…", "kinds": […], "domains": […], "products": […]} as JSON.'
        raise HttpError(400, "not-a-webhook", f"The body is no webhook: {error}.", hint) from error
    actor = request.state["actor"]
    made = await _asked(_registry(request).add, wanted, None if actor is None else actor.name)
    return json_response(made, 201, {"Cache-Control": "no-store"})


async def get_webhooks(request: AppRequest) -> Response:
    """All webhooks, without secrets."""
    return json_response(await _asked(_registry(request).all))


async def delete_webhook(request: AppRequest) -> Response:
    """Take one away, with its dead letters."""
    return json_response(await _asked(_registry(request).remove, request.path_params["id"]))


async def post_test(request: AppRequest) -> Response:
    """Send a test event now; 200 with what became of it."""
    try:
        return json_response(await _registry(request).test(request.path_params["id"]))
    except UnknownNode as error:
        raise _unknown(error) from error


async def get_dead_letters(request: AppRequest) -> Response:
    """What one did not take."""
    return json_response(await _asked(_registry(request).dead_letters, request.path_params["id"]))


async def post_redeliver(request: AppRequest) -> Response:
    """Send that once more."""
    return json_response(await _asked(_registry(request).redeliver, request.path_params["id"]))


def _registry(request: AppRequest) -> Registry:
    services = request.state["services"]
    allowed = Allowed.parse(services.settings.webhook_allow)
    return Registry(services.store, services.settings.base_iri, allowed)


async def _asked(question: Callable[..., T], *arguments: Any) -> T:
    """Ask in a thread. Raises HttpError: 404, 409, 422."""
    try:
        return await run_sync(question, *arguments)
    except UnknownNode as error:
        raise _unknown(error) from error
    except WebhookRefused as error:
        raise HttpError(422, error.code, error.message, error.hint) from error
    except InvalidQuery as error:
        raise HttpError(409, error.code, error.message, error.hint) from error


def _unknown(error: UnknownNode) -> HttpError:
    return HttpError(404, error.code, error.message, error.hint)
