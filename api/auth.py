"""Who asks, and whether they may: bearer keys, roles, and the guard of a service without keys.

Keys are required as soon as one exists or the service listens beyond loopback. Without keys everyone on this
machine is the admin ``local``. A web page in this machine's browser is not: such a service answers only requests
that name it by a loopback name (no DNS rebinding) and that no foreign page sent (no blind cross-site posts).
"""

from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from api.answer import error_response
from api.errors import HttpError, KeysFileError, NoKeys, try_again
from api.keys import MAY, Key, KeysFile, Permission, Role
from api.settings import is_loopback


@dataclass(frozen=True, slots=True)
class Actor:
    """Who sent a request; ``key_id`` is None for the anonymous admin of a service without keys."""

    name: str
    role: Role
    key_id: str | None = None

    def may(self, permission: Permission) -> bool:
        """Whether the role allows it."""
        return permission in MAY[self.role]


LOCAL = Actor("local", Role.ADMIN)


class Doorkeeper:
    """Decides who a request is from.

    Once keys were required they stay so until the process ends: a keys file that is moved away opens no door.
    """

    def __init__(self, keys: KeysFile, *, required: bool, allowed_hosts: tuple[str, ...] = ()) -> None:
        self._keys = keys
        self._allowed_hosts = allowed_hosts
        has_keys = bool(keys.ring().keys)
        if required and not has_keys:
            hint = "Make one with `meshline key add --actor NAME --role admin`, or listen on 127.0.0.1."
            raise NoKeys("The service would listen beyond this machine without any key.", hint)
        self._required = required or has_keys

    def admit(self, headers: Headers) -> Actor | None:
        """The actor of a request; None without a valid key. Raises HttpError for one that may not even ask."""
        try:
            ring = self._keys.ring()
        except KeysFileError as error:
            raise try_again(error.code, "The keys cannot be read now.") from error
        self._required = self._required or bool(ring.keys)
        if not self._required:
            self._refuse_web_pages(headers)
            return LOCAL
        key = ring.find(_bearer(headers))
        return _actor(key) if key else None

    def _refuse_web_pages(self, headers: Headers) -> None:
        host = _host_name(headers.get("host", ""))
        if not (is_loopback(host) or host in self._allowed_hosts):
            hint = "Ask 127.0.0.1 or localhost, name the host in MESHLINE_ALLOWED_HOSTS, or make a key."
            raise HttpError(
                403, "unknown-host", f"This service without keys does not answer as {host[:100]!r}.", hint
            )
        origin = headers.get("origin")
        if origin is not None and origin.partition("://")[2].lower() != headers.get("host", "").lower():
            hint = "Send the request from a program, or make a key."
            raise HttpError(
                403, "foreign-origin", "This service without keys takes nothing from a web page.", hint
            )


def _host_name(host: str) -> str:
    """The name in a Host header, without the port."""
    if host.startswith("["):
        return host.partition("]")[0].removeprefix("[").lower()
    return host.rpartition(":")[0].lower() if ":" in host else host.lower()


def _bearer(headers: Headers) -> str:
    scheme, _, token = headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _actor(key: Key) -> Actor:
    return Actor(key.actor, key.role, key.id)


class Identify:
    """Middleware: puts the ``Actor`` of each request, or None, into ``scope["state"]["actor"]``."""

    def __init__(self, app: ASGIApp, doorkeeper: Doorkeeper) -> None:
        self._app = app
        self._doorkeeper = doorkeeper

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        state["actor"] = None
        try:
            state["actor"] = self._doorkeeper.admit(Headers(scope=scope))
        except HttpError as error:
            if scope["path"] not in OPEN_PATHS:
                await error_response(error)(scope, receive, send)
                return
        await self._app(scope, receive, send)


OPEN_PATHS = frozenset({"/healthz", "/readyz"})
"""Probes come from anywhere, by any name, and tell nothing."""


class Requires:
    """Middleware of a route: 401 without a valid key, 403 when its role does not allow ``permission``."""

    def __init__(self, app: ASGIApp, permission: Permission) -> None:
        self._app = app
        self._permission = permission

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and (refusal := self._refusal(scope)):
            await error_response(refusal)(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _refusal(self, scope: Scope) -> HttpError | None:
        actor: Actor | None = scope["state"]["actor"]
        if actor is None:
            return _unauthorised(Headers(scope=scope))
        if actor.may(self._permission):
            return None
        message, hint = refused(actor, self._permission)
        challenge = {"WWW-Authenticate": 'Bearer realm="meshline", error="insufficient_scope"'}
        return HttpError(403, "forbidden", message, hint, challenge)


def refused(actor: Actor, permission: Permission) -> tuple[str, str]:
    """That somebody may not do something, and who may."""
    roles = " or ".join(role for role in Role if permission in MAY[role])
    return f"The role {actor.role} may not {permission}.", f"Use a key with the role {roles}."


def _unauthorised(headers: Headers) -> HttpError:
    hint = "Send `Authorization: Bearer TOKEN`; an operator makes one with `meshline key add`."
    if "authorization" not in headers:
        return HttpError(
            401, "no-key", "A key is required.", hint, {"WWW-Authenticate": 'Bearer realm="meshline"'}
        )
    challenge = {"WWW-Authenticate": 'Bearer realm="meshline", error="invalid_token"'}
    return HttpError(401, "invalid-key", "The key is unknown or was revoked.", hint, challenge)
