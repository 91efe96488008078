"""Request bodies: read and inflated within bounds, whatever the sender claims.

A body that is refused is still read to its end and thrown away (up to a limit): a sender that is cut off while
it writes sees a broken connection, not the answer, and sends it all again.
"""

import zlib

from anyio.to_thread import run_sync

from api.budget import Hold
from api.errors import HttpError
from api.services import AppRequest

_DISCARD_FACTOR = 4
_SMALL = 4096
"""Compressed bodies below this size inflate to at most some MiB, at once; larger ones do it in a thread."""
_GZIP = zlib.MAX_WBITS | 16
_CHUNK = 64 * 1024
_MAX_MEMBERS = 1000
_JSON_TYPES = ("application/json", "application/octet-stream", "")


def require_json(request: AppRequest) -> None:
    """Refuse a body that says it is something else (415). Parameters and a missing Content-Type are fine."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type in _JSON_TYPES or media_type.endswith("+json"):
        return
    message = f"The body says it is {media_type[:80]!r}, not JSON."
    raise HttpError(415, "not-json-type", message, "Send `Content-Type: application/json`.")


async def read_body(request: AppRequest, max_bytes: int, max_inflated_bytes: int, hold: Hold) -> bytes:
    """The body of a request without its Content-Encoding, held in ``hold``. Raises HttpError: 400, 413, 415, 503."""
    encoding = request.headers.get("content-encoding", "").strip().lower()
    if encoding not in ("", "identity", "gzip", "x-gzip"):
        message = f"Content-Encoding {encoding[:40]!r} is not read here."
        raise HttpError(415, "unknown-encoding", message, "Use gzip or none.", {"Accept-Encoding": "gzip"})
    raw = await _read_raw(request, max_bytes, hold)
    if encoding in ("", "identity"):
        return raw
    if len(raw) < _SMALL:
        return gunzip(raw, max_inflated_bytes, hold)
    return await run_sync(gunzip, raw, max_inflated_bytes, hold)


async def _read_raw(request: AppRequest, max_bytes: int, hold: Hold) -> bytes:
    pieces: list[bytes] = []
    size = 0
    async for piece in request.stream():
        size += len(piece)
        if size <= max_bytes:
            hold.take(len(piece))
            pieces.append(piece)
        elif size > max_bytes * _DISCARD_FACTOR:
            break
        else:
            pieces.clear()
    if size > max_bytes:
        raise _too_large("The body", max_bytes)
    return b"".join(pieces)


def gunzip(raw: bytes, max_bytes: int, hold: Hold) -> bytes:
    """Inflate gzip of one member or several, within ``max_bytes``. Raises HttpError: 400, 413 or 503."""
    inflater = _Inflater(max_bytes, hold)
    try:
        for start in range(0, len(raw), _CHUNK):
            inflater.feed(raw[start : start + _CHUNK])
        return inflater.finish()
    except zlib.error as error:
        raise _not_gzip(str(error)) from error


class _Inflater:
    """Inflates piece by piece: neither a bomb nor a train of tiny members costs more than its bounds."""

    def __init__(self, max_bytes: int, hold: Hold) -> None:
        self._max_bytes = max_bytes
        self._hold = hold
        self._member = zlib.decompressobj(_GZIP)
        self._members = 1
        self._pieces: list[bytes] = []
        self._size = 0

    def feed(self, data: bytes) -> None:
        while data:
            if self._member.eof:
                data = data.lstrip(b"\0")
                if not data:
                    return
                self._next_member()
            self._take(self._member.decompress(data, _CHUNK))
            data = self._member.unused_data if self._member.eof else self._member.unconsumed_tail

    def finish(self) -> bytes:
        while not self._member.eof:
            piece = self._member.decompress(b"", _CHUNK)
            if not piece:
                raise _not_gzip("it ends in the middle")
            self._take(piece)
        return b"".join(self._pieces)

    def _next_member(self) -> None:
        self._members += 1
        if self._members > _MAX_MEMBERS:
            raise _not_gzip(f"it has more than {_MAX_MEMBERS} members")
        self._member = zlib.decompressobj(_GZIP)

    def _take(self, piece: bytes) -> None:
        self._size += len(piece)
        if self._size > self._max_bytes:
            raise _too_large("The inflated body", self._max_bytes)
        self._hold.take(len(piece))
        self._pieces.append(piece)


def _not_gzip(why: str) -> HttpError:
    hint = "Compress it with gzip, or leave Content-Encoding away."
    return HttpError(400, "not-gzip", f"The body says it is gzip but does not inflate: {why}.", hint)


def _too_large(what: str, max_bytes: int) -> HttpError:
    hint = "Send less at once, or raise MESHLINE_MAX_BODY_BYTES and MESHLINE_MAX_INFLATED_BYTES."
    return HttpError(413, "too-large", f"{what} has more than {max_bytes} bytes.", hint)
