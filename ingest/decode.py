"""Bytes to a JSON value: strict first, then as careless encoders write it, bounded in size and depth."""

from typing import NamedTuple

from catalog import canonical
from catalog.canonical import Json, NotJson
from ingest.errors import TooDeep, TooLarge, Unparsable

MAX_EVENT_BYTES = 64 * 1024 * 1024
"""Default bound of one event; field reports of real events go up to 23 MB."""

MAX_DEPTH = 200
"""Levels of nesting; the stores and their clients stop at a few hundred."""


_CONTAINERS = frozenset((dict, list))
_NUL = rb"\u0000"
"""How strict JSON writes it."""


class Decoded(NamedTuple):
    """A JSON value, and whether it took repair (NaN, Infinity, lone surrogates, UTF-16, NUL)."""

    value: Json
    repaired: bool


def decode_event(data: bytes | str, max_bytes: int = MAX_EVENT_BYTES) -> Decoded:
    """The JSON value of a body. Raises Unparsable, TooLarge, TooDeep."""
    body = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    if len(body) > max_bytes:
        raise TooLarge(f"The event has {len(body)} bytes; the bound is {max_bytes}.")
    try:
        decoded = _decode(body)
    except RecursionError as error:
        raise _too_deep() from error
    except NotJson as error:
        if isinstance(error.__cause__, RecursionError):
            raise _too_deep() from error
        raise Unparsable(f"The body is not JSON: {error}.") from error
    if body.count(b"{") + body.count(b"[") > MAX_DEPTH and _deeper_than(decoded.value, MAX_DEPTH):
        raise _too_deep()
    return decoded


def _decode(body: bytes) -> Decoded:
    try:
        value = canonical.decode(body)
    except NotJson as error:
        if isinstance(error.__cause__, RecursionError):
            raise
        return Decoded(_without_nul(canonical.decode_leniently(body)), repaired=True)
    if _NUL not in body:
        return Decoded(value, repaired=False)
    clean = _without_nul(value)
    return Decoded(clean, repaired=clean != value)


def _without_nul(value: Json) -> Json:
    """NUL ends texts in what reads names later (C programs, XML, many databases): it becomes the replacement
    character."""
    if isinstance(value, str):
        return value.replace("\0", "\ufffd")
    if isinstance(value, list):
        return [_without_nul(item) for item in value]
    if isinstance(value, dict):
        return {_without_nul(key): _without_nul(item) for key, item in value.items()}
    return value


def _deeper_than(value: Json, levels: int) -> bool:
    """Whether containers nest deeper; level by level, so that no nesting exhausts the stack."""
    containers = [value] if type(value) in _CONTAINERS else []
    for _ in range(levels):
        if not containers:
            return False
        containers = [
            inner
            for item in containers
            for inner in (item.values() if type(item) is dict else item)
            if type(inner) in _CONTAINERS
        ]
    return bool(containers)


def _too_deep() -> TooDeep:
    return TooDeep(f"The event is nested deeper than {MAX_DEPTH} levels.")
