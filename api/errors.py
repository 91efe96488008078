"""Errors of the api package.

    ApiError
    ├── InvalidSettings        the environment names something that cannot be
    ├── KeysFileError          the keys file cannot be read or written
    ├── NoKeys                 the service would listen beyond loopback without any key
    ├── CannotListen           the address is taken or is not ours
    ├── ServiceError           a service asked by --url refused, or did not answer
    ├── SparqlError            a SPARQL query was not answered; ``status``: over HTTP
    │   ├── SparqlUnavailable  the RDF copy of the graph cannot be kept
    │   ├── SparqlBuilding     it is being made, or brought up to date
    │   ├── QueryTimeout       the query took longer than it may
    │   └── QueryMemory        the process of the query ended, most often for want of memory
    ├── WebhookRefused         a webhook may not or cannot send to its address
    ├── ForgeError             GitHub or GitLab did not take a comment; ``status``: what it answered
    ├── ProposalRefused        a proposal, or an answer to one, that cannot be as it is asked
    ├── UsageError             a command was asked something that cannot be answered as it stands
    └── HttpError              an answer of the service: ``status`` and headers

Each has a ``code``, a message and a ``hint`` that says what to do; docs/errors.md has a heading for each.
"""

from collections.abc import Mapping


class ApiError(Exception):
    """Base of all errors of the api package."""

    code = "api"

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class InvalidSettings(ApiError):
    code = "invalid-settings"


class KeysFileError(ApiError):
    code = "keys-file"


class NoKeys(ApiError):
    code = "no-keys"


class CannotListen(ApiError):
    code = "cannot-listen"


class ServiceError(ApiError):
    """What a service said, with the HTTP ``status`` if there was an answer at all."""

    code = "service"

    def __init__(
        self, message: str, hint: str = "", status: int | None = None, code: str | None = None
    ) -> None:
        super().__init__(message, hint)
        self.status = status
        self.code = code or self.code


class SparqlError(ApiError):
    """A query that was not answered; ``status``: of the HTTP answer."""

    code = "sparql-failed"
    status = 503


class SparqlUnavailable(SparqlError):
    code = "sparql-unavailable"


class SparqlBuilding(SparqlError):
    code = "sparql-building"


class QueryTimeout(SparqlError):
    code = "query-timeout"
    status = 504


class QueryMemory(SparqlError):
    code = "query-memory"
    status = 400  # as for an answer that is too large: asked again it would fare no better


class WebhookRefused(ApiError):
    """``lasting``: it will be refused again; else it may be another time."""

    code = "webhook-refused"

    def __init__(self, message: str, hint: str = "", *, lasting: bool = True) -> None:
        super().__init__(message, hint)
        self.lasting = lasting


class ForgeError(ApiError):
    """What a forge said, with the HTTP ``status`` if there was an answer at all."""

    code = "forge"

    def __init__(self, message: str, hint: str = "", status: int | None = None) -> None:
        super().__init__(message, hint)
        self.status = status


class ProposalRefused(ApiError):
    code = "proposal-refused"


class UsageError(ApiError):
    code = "usage"


class HttpError(ApiError):
    """An error answer: HTTP ``status`` with ``{"error": {"code", "message", "hint"}}`` and these headers."""

    def __init__(
        self, status: int, code: str, message: str, hint: str = "", headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message, hint)
        self.status = status
        self.code = code
        self.headers = dict(headers or {})


RETRY_AFTER_S = 2
"""What a 503 asks for. OpenLineage clients give up after some seconds in all: a long wait loses events."""


def try_again(code: str, message: str, hint: str = "", after_s: int = RETRY_AFTER_S) -> HttpError:
    """503 with Retry-After: the one answer for overload and for a store that is away.

    Never 429: without Retry-After OpenLineage clients drop the event.
    """
    return HttpError(503, code, message, hint, {"Retry-After": str(after_s)})


def store_unavailable() -> HttpError:
    """The answer while the store is away. What the driver said goes to the log: it may name hosts and users."""
    return try_again(
        "store-unavailable", "The store does not answer now.", "Nothing was stored. Send it again."
    )
