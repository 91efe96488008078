"""Splits a JSON document into its events, without interpreting them.

A document holds one event, events one behind the other, an array of them, or an object ``{"events": [...]}``.
What is wrong inside an event stays in it: whether it can be kept is for the recogniser to say.
"""

import json
import re
from collections.abc import Iterator

import msgspec

from ingest.errors import Unparsable

_BOM = b"\xef\xbb\xbf"
_SEPARATORS = b" \t\r\n,"
_TOKEN = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"?|[\[\]{}]', re.DOTALL)
_WRAPPER = b'"events"'

_raw_list = msgspec.json.Decoder(list[msgspec.Raw])
_raw_object = msgspec.json.Decoder(dict[str, msgspec.Raw])


def split(document: bytes) -> Iterator[bytes | Unparsable]:
    """The bytes of each event of a document; Unparsable in the place of what is cut off."""
    document = document.removeprefix(_BOM).strip(_SEPARATORS)
    if not document:
        return
    for value in _values(document):
        if isinstance(value, bytes) and value.startswith(b"{") and _WRAPPER in value:
            yield from _unwrapped(value)
        else:
            yield value


def _values(document: bytes) -> Iterator[bytes | Unparsable]:
    """The values of a document; those of a top-level array one by one."""
    if document.startswith(b"["):
        try:
            yield from map(bytes, _raw_list.decode(document))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            yield from _scanned(document)
    elif _is_lines(document):
        yield from (line.strip(_SEPARATORS) for line in document.splitlines() if line.strip(_SEPARATORS))
    else:
        yield from _scanned(document)


def _is_lines(document: bytes) -> bool:
    """Whether each line begins an object, as none does in a document with line breaks inside its values."""
    return b"\n" in document and all(line[:1] in (b"{", b"") for line in document.splitlines())


def _scanned(document: bytes) -> Iterator[bytes | Unparsable]:
    """The values of any document by brackets and strings alone; an unclosed bracket costs all behind it."""
    base = depth = begin = end = 0  # base is 1 inside a top-level array
    for token in _TOKEN.finditer(document):
        mark = document[token.start() : token.start() + 1]
        if depth == base:
            yield from _words(document[end : token.start()])
            begin = token.start()
        end = token.end()
        if mark == b"[" and depth == 0:
            base = depth = 1
        elif mark in b"[{":
            depth += 1
        elif mark == b"]" and depth == base == 1:
            base = depth = 0
        elif mark != b'"' and depth > base:
            depth -= 1
            if depth == base:
                yield document[begin:end]
        elif depth == base:
            yield document[begin:end]
    if depth > base:
        yield Unparsable(f"The document ends in the middle of a value that begins at byte {begin}.")
    else:
        yield from _words(document[end:])
        if base:
            yield Unparsable("The document ends in the middle of an array.")


def _words(gap: bytes) -> Iterator[bytes]:
    """What stands between values and is none: handed on, so that it is rejected and not passed over."""
    words = gap.strip(_SEPARATORS)
    if words:
        yield words


def _unwrapped(value: bytes) -> Iterator[bytes]:
    """The events of ``{"events": [...]}``, or the value itself."""
    try:
        members = _raw_object.decode(value)
        items = (
            None if "eventTime" in members else [bytes(item) for item in _raw_list.decode(members["events"])]
        )
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, KeyError):
        items = _unwrapped_leniently(value)
    yield from [value] if items is None else items


def _unwrapped_leniently(value: bytes) -> list[bytes] | None:
    """As ``_unwrapped`` where an event has what strict JSON has not (NaN); it is written again as it was."""
    try:
        members = json.loads(value)
    except (ValueError, RecursionError):
        return None
    events = members.get("events")
    if "eventTime" in members or not isinstance(events, list):
        return None
    return [json.dumps(event).encode() for event in events]
