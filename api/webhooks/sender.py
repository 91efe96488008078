"""Sending one request to a webhook: bounded in time and in what is read, no redirect followed, nothing believed.

Only the status and ``Retry-After`` of the answer are read; its body is not. Each request has a connection of its own,
to an address that was checked (``api.webhooks.target``), past all proxies.
"""

import asyncio
import os
import ssl
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache

import httptools
from anyio.to_thread import run_sync

from api.webhooks.target import Allowed, Target, addresses_of

TIMEOUT_S = 15.0
"""For all of it: name, connection, TLS, request, answer."""

TRUSTED_S = 60.0
"""How long the authorities that this machine trusts are remembered."""

MOST_ANSWER_BYTES = 32 * 1024
MOST_ADDRESSES = 4
_CHUNK = 4096


class SendFailed(Exception):
    """No answer came, or none that can be read; the message says why, for the owner of the webhook."""


@dataclass(frozen=True, slots=True)
class Answer:
    """``retry_after_s``: what the receiver asks for."""

    status: int
    retry_after_s: float | None = None

    @property
    def taken(self) -> bool:
        """Whether the receiver has the event: 2xx. A redirect is none: it would lead where nothing was checked."""
        return 200 <= self.status < 300


async def send(
    target: Target, allowed: Allowed, headers: Mapping[str, str], body: bytes, timeout_s: float = TIMEOUT_S
) -> Answer:
    """POST a body and read the status. Raises SendFailed and WebhookRefused."""
    try:
        async with asyncio.timeout(timeout_s):
            addresses = await run_sync(addresses_of, target, allowed, abandon_on_cancel=True)
            return await _exchange(target, addresses, _request(target, headers, body))
    except TimeoutError as error:
        raise SendFailed(f"No answer within {timeout_s:g} s.") from error


async def _exchange(target: Target, addresses: Sequence[str], request: bytes) -> Answer:
    reader, writer = await _connected(target, addresses)
    try:
        writer.write(request)
        # Not awaited to the end: a receiver may answer before it has read all.
        drained = asyncio.ensure_future(writer.drain())
        try:
            return await _answer(reader)
        finally:
            drained.cancel()
    except (OSError, ssl.SSLError) as error:
        raise SendFailed(f"The connection broke: {_spoken(error)}.") from error
    finally:
        writer.transport.abort()


async def _connected(
    target: Target, addresses: Sequence[str]
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection to the first address that takes one; a certificate is checked against the name of the host."""
    context = trusting(int(time.monotonic() // TRUSTED_S)) if target.scheme == "https" else None
    failure = "it has no address"
    for address in addresses[:MOST_ADDRESSES]:
        try:
            return await asyncio.open_connection(
                address,
                target.port,
                ssl=context,
                server_hostname=target.host if context else None,
                limit=MOST_ANSWER_BYTES,
            )
        except (OSError, ssl.SSLError) as error:
            failure = _spoken(error)
    raise SendFailed(f"No connection to {target.host}: {failure}.")


@lru_cache(maxsize=1)
def trusting(_period: int) -> ssl.SSLContext:
    """The context of connections; to read all the authorities that this machine trusts takes longer than to send."""
    return ssl.create_default_context()


def _spoken(error: OSError) -> str:
    """Why, without addresses."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not valid ({error.verify_message})"
    if isinstance(error, ssl.SSLError) or not error.errno or error.errno < 0:
        return error.strerror or type(error).__name__
    return os.strerror(error.errno)  # asyncio writes the address into its own text


def _request(target: Target, headers: Mapping[str, str], body: bytes) -> bytes:
    lines = {
        "Host": target.authority,
        "User-Agent": "Meshline",
        "Accept": "*/*",
        "Connection": "close",
        "Content-Length": str(len(body)),
        **headers,
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"POST {target.path} HTTP/1.1\r\n{head}\r\n".encode() + body


class _Head:
    """Takes the status line and headers from the parser."""

    def __init__(self) -> None:
        self.complete = False
        self.retry_after: str | None = None

    def on_header(self, name: bytes, value: bytes) -> None:
        if name.lower() == b"retry-after":
            self.retry_after = value.decode("latin-1")

    def on_headers_complete(self) -> None:
        self.complete = True


async def _answer(reader: asyncio.StreamReader) -> Answer:
    """The final status; those of 100 to 199 go before it."""
    head = _Head()
    parser = httptools.HttpResponseParser(head)
    read = 0
    while read < MOST_ANSWER_BYTES:
        line = await _line(reader)
        read += len(line)
        try:
            parser.feed_data(line)
        except httptools.HttpParserUpgrade:
            return Answer(parser.get_status_code())
        except httptools.HttpParserError as error:
            raise SendFailed("The answer is no HTTP.") from error
        if head.complete:
            status = parser.get_status_code()
            if status >= 200:
                return Answer(status, retry_after_s(head.retry_after))
            head = _Head()
            parser = httptools.HttpResponseParser(head)
    raise SendFailed(f"The answer has more than {MOST_ANSWER_BYTES} bytes of headers.")


async def _line(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.readuntil(b"\n")
    except asyncio.IncompleteReadError as error:
        raise SendFailed("The connection ended before an answer.") from error
    except asyncio.LimitOverrunError as error:
        raise SendFailed("The answer is no HTTP, or has a header that is too long.") from error


def retry_after_s(text: str | None) -> float | None:
    """The seconds that a Retry-After header asks for, as seconds or as a date; None for neither."""
    if text is None:
        return None
    if text.strip().isdecimal():
        return float(text[:12])
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, OverflowError):  # numbers that no date has
        return None
    aware = at if at.tzinfo else at.replace(tzinfo=UTC)
    return max(0.0, (aware - datetime.now(UTC)).total_seconds())
