"""The web server: one uvicorn on a socket that was bound before anything else was opened."""

import asyncio
import contextlib
import gc
import ipaddress
import signal
import socket
from types import FrameType

import uvicorn
from starlette.types import ASGIApp

from api.ending import Ending
from api.errors import CannotListen

GRACE_S = 30
"""How long a stop waits for requests that are being answered."""


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free one. Raises CannotListen."""
    try:
        # The protocol is named because asyncio sets TCP_NODELAY only then; without it each answer waits 40 ms.
        listener = socket.socket(_family(host), socket.SOCK_STREAM, socket.IPPROTO_TCP)
        with contextlib.ExitStack() as undo:
            undo.callback(listener.close)
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((host, port))
            listener.listen(2048)
            undo.pop_all()
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        message = f"Cannot listen on {host} port {port}: {reason}."
        raise CannotListen(message, "Choose another with --host and --port, or stop what uses it.") from error
    return listener


def _family(host: str) -> socket.AddressFamily:
    try:
        return socket.AF_INET6 if ipaddress.ip_address(host).version == 6 else socket.AF_INET
    except ValueError:
        return socket.AF_INET


def address_of(listener: socket.socket) -> str:
    """The URL of a listening socket, as it was bound."""
    host, port = listener.getsockname()[:2]
    return _url(host, port)


def reachable(listener: socket.socket) -> str:
    """The URL by which this machine reaches a listening socket."""
    host, port = listener.getsockname()[:2]
    return _url({"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host), port)


def _url(host: str, port: int) -> str:
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


class _Server(uvicorn.Server):
    """Ends what would go on for ever before it waits for the requests that are being answered."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        ending = getattr(getattr(self.config.app, "state", None), "ending", None)
        if isinstance(ending, Ending):
            ending.tell()
        await super().shutdown(sockets)


def server_of(app: ASGIApp) -> uvicorn.Server:
    """A server of one application: its own log lines, no server header, a graceful stop."""
    return _Server(
        uvicorn.Config(
            app,
            http="httptools",
            ws="none",
            loop="asyncio",
            lifespan="on",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=GRACE_S,
        )
    )


COLLECT_EVERY = 50_000
"""New objects before the garbage collector looks for circles among them: answers of many items have no circles."""


def _collect_rarely() -> None:
    """Leave what is there from the start (the schema of GraphQL, the ontology) out of every search."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECT_EVERY, 20, 20)


def run(server: uvicorn.Server, listener: socket.socket) -> None:
    """Serve until SIGTERM or Ctrl-C, then answer what has arrived, drain the ingest and return."""

    def again(signum: int, frame: FrameType | None) -> None:
        """Uvicorn raises the signal that stopped it once more when all is drained: that is the end, not a death."""

    _collect_rarely()
    previous = signal.signal(signal.SIGTERM, again)
    try:
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(server.serve(sockets=[listener]))
    finally:
        signal.signal(signal.SIGTERM, previous)
