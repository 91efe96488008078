"""Bodies to fuzz the service with: any bytes, any JSON, and events of which parts are spoilt."""

import gzip
import json
import zlib
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from hypothesis import strategies as st

from tests.api.every_facet import EVENTS

Path: TypeAlias = tuple[str | int, ...]

HUGE_NUMBER = '"@huge@"', "9" * 5000
"""A text that is written as a number of more digits than Python turns into an int."""
EDGES = (
    "",
    "@huge@",
    "\0",
    "nul\0inside",
    "\ud800",
    "\udfff\ud800",
    "\x01\x1b\x7f\x85",
    "\u2028\u202e\ufeff\uffff",
    "e\u0301\U0001f600\U0010ffff",
    "../../etc/passwd",
    "a/b%2F%00{c}'\"`;--",
    "x" * 5_000,
    "\u4e2d" * 3_000,
    "https://user:secret@host:99999999/[",
    "2024-13-45T99:99:99Z",
    "0001-01-01T00:00:00+23:59",
    "9999-12-31T23:59:60.999999999-12:00",
    "2024-05-01T10:00:00.123456789123456789Z[Europe/London]",
)
NUMBERS = (0, -1, 2**53 + 1, 2**63, -(2**70), 10**400, 1.5e308, 5e-324, float("nan"), float("inf"), -0.0)
SCALARS = st.none() | st.booleans() | st.sampled_from(EDGES) | st.sampled_from(NUMBERS)
TEXTS = st.text(st.characters(codec=None), max_size=8)
JSON = st.recursive(
    SCALARS | TEXTS | st.integers() | st.floats(),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(TEXTS | st.sampled_from(EDGES), inner, max_size=4)
    ),
    max_leaves=12,
)


@dataclass(frozen=True, slots=True)
class Request:
    """A body and the headers that it is sent with."""

    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


def paths(value: Any) -> list[Path]:
    """Where the parts of a value are, the outer before the inner."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path for key, part in items for path in ((key,), *((key, *inner) for inner in paths(part)))]


PATHS = tuple(tuple(paths(event)) for event in EVENTS)


def text_of(value: Any) -> bytes:
    """A value as JSON: NaN, lone surrogates and numbers without end as some producers write them."""
    return json.dumps(value).replace(*HUGE_NUMBER).encode()


@st.composite
def spoilt(draw: st.DrawFn) -> Any:
    """One of the good events with one to four of its parts dropped, replaced, renamed, repeated or moved."""
    kind = draw(st.integers(0, len(EVENTS) - 1))
    event = deepcopy(EVENTS[kind])
    for path in draw(st.lists(st.sampled_from(PATHS[kind]), min_size=1, max_size=4)):
        _spoil(draw, event, path)
    return event


def _spoil(draw: st.DrawFn, event: Any, path: Path) -> None:
    holder = event
    for key in path[:-1]:
        if not _has(holder, key):
            return  # an earlier change took it away
        holder = holder[key]
    key = path[-1]
    if not _has(holder, key):
        return
    how = draw(
        st.sampled_from(("drop", "replace", "replace", "edge", "wrap", "nest", "other", "delete", "rename"))
    )
    if how == "drop":
        del holder[key]
    elif how == "rename" and isinstance(holder, dict):
        holder[draw(TEXTS | st.sampled_from(EDGES))] = holder.pop(key)
    elif how == "delete" and isinstance(holder[key], dict):
        holder[key]["_deleted"] = draw(st.just(True) | SCALARS)
    elif how == "wrap":
        holder[key] = [holder[key], holder[key]]
    elif how == "nest":
        holder[key] = _nested(holder[key], draw(st.sampled_from((5, 60, 200, 900))))
    elif how == "other":
        holder[key] = deepcopy(draw(st.sampled_from(EVENTS)))
    elif how == "edge":
        holder[key] = draw(SCALARS)
    else:
        holder[key] = draw(JSON)


def _has(holder: Any, key: str | int) -> bool:
    return (
        key in holder if isinstance(holder, dict) else isinstance(holder, list) and key in range(len(holder))
    )


def _nested(value: Any, levels: int) -> Any:
    for level in range(levels):
        value = [value] if level % 2 else {"fields": value}
    return value


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A good event as bytes, cut off, with bytes between or others in their place."""
    body = text_of(draw(st.sampled_from(EVENTS)))
    at = draw(st.integers(0, len(body)))
    noise = draw(
        st.binary(max_size=6) | st.sampled_from((b"\0", b"\xed\xa0\x80", b'"', b"}", b"\\u0000", b"\\ud800"))
    )
    behind = draw(st.sampled_from((body[at:], body[at + len(noise) :], b"", body)))
    return body[:at] + noise + behind


VALUES = st.one_of(JSON, *(spoilt() for _ in range(4)))
ONE_BODY = st.one_of(
    st.binary(max_size=200), JSON.map(text_of), damaged(), *(spoilt().map(text_of) for _ in range(6))
)
BATCH_BODY = st.one_of(
    ONE_BODY,
    *(st.lists(VALUES, max_size=6).map(text_of) for _ in range(5)),
    *(st.lists(VALUES, max_size=4).map(lambda values: text_of({"events": values})) for _ in range(2)),
    *(st.lists(ONE_BODY, max_size=4).map(lambda bodies: b"[" + b",".join(bodies) + b"]") for _ in range(2)),
)
TYPES = (
    "application/json",
    "application/json; charset=UTF-8",
    "application/json; charset=utf-16",
    "application/cloudevents+json",
    "",
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    ';;;="',
)
ENCODINGS = ("identity", "gzip", "x-gzip", "GZIP", "deflate", "br", "gzip, gzip", "*")


@st.composite
def requests(draw: st.DrawFn, bodies: st.SearchStrategy[bytes]) -> Request:
    """A body, mostly as it is; else with an odd type, or packed well, wrongly or not at all."""
    body = draw(bodies)
    if draw(st.integers(0, 3)):
        return Request(body, {"Content-Type": "application/json"})
    encoding = draw(st.sampled_from(ENCODINGS))
    packed = draw(
        st.sampled_from((body, gzip.compress(body, mtime=0), zlib.compress(body), gzip.compress(body)[:-3]))
    )
    return Request(packed, {"Content-Type": draw(st.sampled_from(TYPES)), "Content-Encoding": encoding})
