"""Parameters of URLs that are true or false."""

from api.errors import HttpError
from api.services import AppRequest


def refuse_unknown(request: AppRequest, *known: str) -> None:
    """A parameter that is not known may be one that was meant to prevent something. Raises HttpError (400)."""
    for name in request.query_params:
        if name not in known:
            raise HttpError(
                400, "bad-parameter", f"{name[:40]!r} is no parameter here.", f"Known: {', '.join(known)}."
            )


def flag(request: AppRequest, name: str) -> bool:
    """Whether a parameter is true; absent, it is not. Raises HttpError (400)."""
    value = request.query_params.get(name, "false")
    if value not in ("true", "false"):
        raise HttpError(400, "bad-parameter", f"{name} is true or false, not {value[:40]!r}.")
    return value == "true"
