"""Probes and metrics: is the process up, does the store answer, what has been counted."""

from anyio.to_thread import run_sync
from starlette.responses import Response

from api.answer import json_response
from api.errors import store_unavailable
from api.metrics import CONTENT_TYPE
from api.services import AppRequest
from catalog.errors import StoreUnavailable


async def healthz(request: AppRequest) -> Response:
    """The process is up."""
    return _line({"status": "up"})


async def readyz(request: AppRequest) -> Response:
    """The store answers; else 503 with Retry-After."""
    services = request.state["services"]
    try:
        await run_sync(services.store.ping)
    except StoreUnavailable:
        services.metrics.store_error()
        raise store_unavailable() from None
    return _line({"status": "ready"})


def _line(value: dict[str, str]) -> Response:
    """JSON that ends its line: probes are read on terminals."""
    response = json_response(value)
    return Response(bytes(response.body) + b"\n", media_type=response.media_type or "application/json")


async def metrics(request: AppRequest) -> Response:
    """Prometheus text format."""
    return Response(await run_sync(request.state["services"].metrics.text), media_type=CONTENT_TYPE)
