"""An answer that goes on: server-sent events (the HTML standard's text/event-stream), until one side ends it.

A comment goes out when there is nothing to tell for long, so that nobody between takes the connection for dead. A
client that does not read for long is left. After MOST_S the stream ends, so that a key that was revoked ends too:
clients come back by themselves, with the id of the last event.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import msgspec
from starlette.types import Receive, Scope, Send

MEDIA_TYPE = "text/event-stream"
HEARTBEAT_S = 15.0
SEND_S = 30.0
MOST_S = 3600.0
RETRY_MS = 3000
_HEADERS = {
    "content-type": f"{MEDIA_TYPE}; charset=utf-8",
    "cache-control": "no-store",
    "x-accel-buffering": "no",  # nginx would hold events back
}


def event_text(data: object, *, id_: str | None = None, name: str | None = None) -> bytes:
    """One event; its data as JSON is one line."""
    lines = [f"id: {id_}"] if id_ else []
    lines += [f"event: {name}"] if name else []
    text = msgspec.json.encode(data).decode()
    return "\n".join((*lines, f"data: {text}", "", "")).encode()


class EventStream:
    """Sends the pieces of an iterator as they come. ``on_end`` is called once, whatever ends it."""

    def __init__(self, pieces: AsyncIterator[bytes], on_end: Callable[[], None]) -> None:
        self._pieces = pieces
        self._on_end = on_end

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        gone = asyncio.ensure_future(_until_gone(receive))
        try:
            headers = [(name.encode(), value.encode()) for name, value in _HEADERS.items()]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await _send(send, f"retry: {RETRY_MS}\n\n".encode())
            await self._send_all(send, gone)
            await _send(send, b"", more=False)
        except TimeoutError:  # it does not read: the connection is closed when we return
            return
        finally:
            gone.cancel()
            self._on_end()

    async def _send_all(self, send: Send, gone: asyncio.Future[None]) -> None:
        end = time.monotonic() + MOST_S
        following: asyncio.Future[bytes | None] | None = None
        try:
            while (left := end - time.monotonic()) > 0:
                following = following or asyncio.ensure_future(anext(self._pieces, None))
                either: set[asyncio.Future[Any]] = {gone, following}
                done, _ = await asyncio.wait(
                    either, timeout=min(HEARTBEAT_S, left), return_when=asyncio.FIRST_COMPLETED
                )
                if gone in done:
                    return
                piece: bytes | None = b":\n\n"
                if following in done:
                    piece, following = following.result(), None
                if piece is None:
                    return
                await _send(send, piece)
        finally:
            if following is not None:
                following.cancel()
                with contextlib.suppress(asyncio.CancelledError, StopAsyncIteration):
                    await following


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _send(send: Send, piece: bytes, *, more: bool = True) -> None:
    """Raises TimeoutError where the client does not read."""
    async with asyncio.timeout(SEND_S):
        await send({"type": "http.response.body", "body": piece, "more_body": more})
