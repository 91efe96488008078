"""JSON answers over HTTP: one encoder, one shape for every error."""

from typing import Any

import msgspec
from starlette.responses import Response

from api.errors import HttpError


def json_response(value: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A value (dataclasses too) as compact JSON."""
    return Response(msgspec.json.encode(value), status, headers, "application/json")


def error_response(error: HttpError) -> Response:
    """``{"error": {"code", "message", "hint"}}`` with the status and headers of the error."""
    return json_response(
        {"error": {"code": error.code, "message": error.message, "hint": error.hint}},
        error.status,
        error.headers,
    )
