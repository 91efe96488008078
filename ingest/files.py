"""Events from files, folders and standard input.

``.ndjson`` and ``.jsonl`` are read line by line, ``.json`` is one document (``ingest.split``); each also as
``.gz``. Standard input (``-``) and a named file with another suffix are lines when the first line is a whole
JSON object, else one document. In folders, files with other suffixes are passed over with a note.
"""

import gzip
import io
import sys
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import BinaryIO, TypeAlias, cast

from catalog import canonical
from ingest.decode import MAX_EVENT_BYTES
from ingest.errors import CorruptArchive, IngestError, Rejected, TooLarge, Unreadable
from ingest.split import split

LINE_SUFFIXES = (".ndjson", ".jsonl")
DOCUMENT_SUFFIXES = (".json",)
STDIN = "-"
_GZIP_MAGIC = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class FileLimits:
    """Bounds on what is held in memory, after inflation: one event, and one document of many events."""

    event_bytes: int = MAX_EVENT_BYTES
    document_bytes: int = 4 * MAX_EVENT_BYTES


@dataclass(frozen=True, slots=True)
class Found:
    """The bytes of one event and where they stand.

    ``path:line``, or ``path#position`` in a document of several, or ``path`` of a document that is one event.
    """

    source: str
    data: bytes


@dataclass(frozen=True, slots=True)
class NotRead:
    """Something that stands where events are expected and cannot be read: counts as rejected."""

    source: str
    error: IngestError


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A file of a folder that is no JSON by its name: a note, no rejection."""

    source: str
    reason: str


Item: TypeAlias = Found | NotRead | PassedOver


def read_paths(
    paths: Iterable[str], limits: FileLimits | None = None, stdin: BinaryIO | None = None
) -> Iterator[Item]:
    """The events of files, folders (recursively, in name order) and standard input (``-``).

    Goes on behind everything that cannot be read; raises nothing for bad input.
    """
    bounds = limits or FileLimits()
    for path in paths:
        if path == STDIN:
            yield from _read_stream(cast(BinaryIO, stdin or sys.stdin.buffer), "stdin", None, bounds)
        elif Path(path).is_dir():
            yield from _read_folder(Path(path), bounds)
        else:
            yield from _read_file(Path(path), bounds)


def _read_folder(folder: Path, limits: FileLimits) -> Iterator[Item]:
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        if _kind(path) is None:
            yield PassedOver(str(path), "no JSON by its name (.json, .ndjson, .jsonl, also with .gz)")
        else:
            yield from _read_file(path, limits)


def _kind(path: Path) -> str | None:
    """The suffix that tells how to read a file; None when it is no JSON by its name."""
    suffix = path.with_suffix("").suffix if path.suffix.lower() == ".gz" else path.suffix
    known = suffix.lower()
    return known if known in LINE_SUFFIXES + DOCUMENT_SUFFIXES else None


def _read_file(path: Path, limits: FileLimits) -> Iterator[Item]:
    try:
        with path.open("rb") as file:
            kind = _kind(path)
            yield from _read_stream(file, str(path), None if kind is None else kind in LINE_SUFFIXES, limits)
    except OSError as error:
        yield NotRead(str(path), Unreadable(f"The file cannot be read: {error.strerror or error}."))


def _read_stream(file: BinaryIO, source: str, lines: bool | None, limits: FileLimits) -> Iterator[Item]:
    """The events of an open file, inflated if it is gzip. ``lines`` None: decided by the first line."""
    buffered = file if isinstance(file, io.BufferedReader) else io.BufferedReader(cast(io.RawIOBase, file))
    inflated = buffered
    if buffered.peek(2)[:2] == _GZIP_MAGIC:
        inflated = io.BufferedReader(cast(io.RawIOBase, gzip.GzipFile(fileobj=buffered)))
    try:
        yield from _read_events(inflated, source, lines, limits)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        yield NotRead(source, CorruptArchive(f"The file does not inflate: {error}."))


def _read_events(
    file: io.BufferedReader, source: str, lines: bool | None, limits: FileLimits
) -> Iterator[Item]:
    if lines:
        yield from _read_lines(file, source, 1, limits)
        return
    head = b""
    if lines is None:
        head = file.readline(limits.event_bytes + 1)
        if _is_object(head):
            yield Found(f"{source}:1", head.strip())
            yield from _read_lines(file, source, 2, limits)
            return
    yield from _read_document(head, file, source, limits)


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(canonical.decode(line), dict)
    except canonical.NotJson:
        return False


def _read_lines(file: io.BufferedReader, source: str, first: int, limits: FileLimits) -> Iterator[Item]:
    number = first - 1
    while line := file.readline(limits.event_bytes + 1):
        number += 1
        if len(line) > limits.event_bytes:
            message = f"The line has more than {limits.event_bytes} bytes."
            yield NotRead(f"{source}:{number}", TooLarge(message))
            _skip_line(file, line)
        elif event := line.removeprefix(b"\xef\xbb\xbf").strip():
            yield Found(f"{source}:{number}", event)


def _skip_line(file: io.BufferedReader, line: bytes) -> None:
    while line and not line.endswith(b"\n"):
        line = file.readline(1 << 20)


def _read_document(head: bytes, file: io.BufferedReader, source: str, limits: FileLimits) -> Iterator[Item]:
    document = head + file.read(max(0, limits.document_bytes + 1 - len(head)))
    if len(document) > limits.document_bytes:
        message = f"The document has more than {limits.document_bytes} bytes."
        yield NotRead(source, TooLarge(message, "Write one event a line, in a file that ends in .ndjson."))
        return
    events = enumerate(split(document))
    first, second = next(events, None), next(events, None)
    alone = first is not None and second is None
    for position, event in chain(filter(None, (first, second)), events):
        where = source if alone else f"{source}#{position}"
        yield NotRead(where, event) if isinstance(event, Rejected) else Found(where, event)
