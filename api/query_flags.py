"""Parameters of URLs that are true or false."""

from collections.abc import Mapping

from api.errors import HttpError


def refuse_unknown(parameters: Mapping[str, str], *known: str) -> None:
    """A parameter that is not known may be one that was meant to prevent something. Raises HttpError (400)."""
    for name in parameters:
        if name not in known:
            raise HttpError(
                400, "bad-parameter", f"{name[:40]!r} is no parameter here.", f"Known: {', '.join(known)}."
            )


def flag(parameters: Mapping[str, str], name: str) -> bool:
    """Whether a parameter is true; absent, it is not. Raises HttpError (400)."""
    value = parameters.get(name, "false")
    if value not in ("true", "false"):
        raise HttpError(400, "bad-parameter", f"{name} is true or false, not {value[:40]!r}.")
    return value == "true"
