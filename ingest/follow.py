"""Events from files that are still written: what OpenLineage's file transport appends, line by line, or file by file.

A line counts once it ends. A file that shrinks, begins otherwise than before (it was truncated and written anew), or is
another one under the same name (log rotation), is read from its beginning, after the rest of the old one where that is
in the same folder under another name. Nothing is remembered beyond the process: what is read again after a restart is a
duplicate, which changes nothing.
"""

import os
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from ingest.errors import IngestError, TooLarge, Unreadable
from ingest.files import DOCUMENT_SUFFIXES, LINE_SUFFIXES, FileLimits, Found, Item, NotRead, read_paths

PAUSE_S = 0.5
"""Between two looks at files that have nothing new."""
HEAD_BYTES = 1024
"""How much of the beginning of a file tells that it was written anew: an event has its time and run in it."""
_BOM = b"\xef\xbb\xbf"


@dataclass(slots=True)
class _Place:
    """How far a file has been read. ``head``: how it begins, as far as it was read. ``skipping``: a line that is too
    long has begun before."""

    inode: int
    head: bytes = b""
    offset: int = 0
    line: int = 0
    skipping: bool = False


class Follower:
    """Looks again and again at files and folders."""

    def __init__(
        self, paths: Sequence[str], limits: FileLimits | None = None, *, to_the_end: bool = False
    ) -> None:
        """``to_the_end``: nothing comes any more, so a last line counts without its end too."""
        self._to_the_end = to_the_end
        self._paths = [Path(path) for path in paths]
        self._limits = limits or FileLimits()
        self._places: dict[Path, _Place] = {}
        self._whole: dict[Path, tuple[int, int, int]] = {}
        self._failing: set[Path] = set()

    def items(self, stop: threading.Event) -> Iterator[Item | None]:
        """What is new, for ever, until ``stop`` is set; None when all that was there has been read."""
        while not stop.is_set():
            quiet = True
            for item in self.look():
                quiet = False
                yield item
            yield None
            if quiet:
                stop.wait(PAUSE_S)

    def look(self) -> Iterator[Item]:
        """What has come since the last look."""
        for path in self._files():
            try:
                yield from self._document(path) if self._is_document(path) else self._lines(path)
                self._failing.discard(path)
            except OSError as error:
                if path not in self._failing:
                    self._failing.add(path)
                    yield _not_read(path, Unreadable(f"The file cannot be read: {error.strerror or error}."))

    def _files(self) -> Iterator[Path]:
        for path in self._paths:
            if not path.is_dir():
                if path.exists() or path in self._places:
                    yield path
                continue
            for file in sorted(path.rglob("*")):
                if file.suffix.lower() in (*LINE_SUFFIXES, *DOCUMENT_SUFFIXES) and file.is_file():
                    yield file

    def _is_document(self, path: Path) -> bool:
        return path.suffix.lower() in DOCUMENT_SUFFIXES

    def _document(self, path: Path) -> Iterator[Item]:
        """A file that holds one document: read when it is new or another one, and has stopped growing."""
        found = path.stat()
        mark = (found.st_ino, found.st_size, found.st_mtime_ns)
        if self._whole.get(path) == mark:
            return
        items = list(read_paths([str(path)], self._limits))
        if path.stat().st_mtime_ns != found.st_mtime_ns:
            return  # it is being written; the next look reads it
        self._whole[path] = mark
        yield from items

    def _lines(self, path: Path) -> Iterator[Item]:
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            place = self._places.get(path)
            if place is not None and place.inode != status.st_ino:
                yield from self._rotated(path, place)
            if place is None or _is_another(place, status, file):
                place = self._places[path] = _Place(status.st_ino)
            file.seek(place.offset)
            yield from self._rest(file, place, path)
            if len(place.head) < HEAD_BYTES:
                file.seek(0)
                place.head = file.read(min(place.offset, HEAD_BYTES))

    def _rotated(self, path: Path, place: _Place) -> Iterator[Item]:
        """What was appended to a file between the last look and its renaming."""
        for other in sorted(path.parent.iterdir()):
            try:
                if other.stat().st_ino != place.inode:
                    continue
                with other.open("rb") as file:
                    file.seek(place.offset)
                    yield from self._rest(file, place, other)
            except OSError:
                continue  # it goes on being rotated: away, or no file of ours

    def _rest(self, file: BinaryIO, place: _Place, path: Path) -> Iterator[Item]:
        """The lines that have ended since."""
        while chunk := file.readline(self._limits.event_bytes + 1):
            ends = chunk.endswith(b"\n")
            too_long = len(chunk) > self._limits.event_bytes
            if not (ends or too_long or place.skipping or self._to_the_end):
                return  # the rest of the line is still to come
            place.offset += len(chunk)
            if not place.skipping:
                place.line += 1
                yield from self._line(chunk, f"{path}:{place.line}", too_long=too_long)
            place.skipping = (too_long or place.skipping) and not ends

    def _line(self, line: bytes, source: str, *, too_long: bool) -> Iterator[Item]:
        if too_long:
            yield NotRead(source, TooLarge(f"The line has more than {self._limits.event_bytes} bytes."))
        elif event := line.removeprefix(_BOM).strip():
            yield Found(source, event)


def _is_another(place: _Place, status: os.stat_result, file: BinaryIO) -> bool:
    """Whether a file is not the one that was read so far. Leaves the position of ``file`` behind its head."""
    if place.inode != status.st_ino or status.st_size < place.offset:
        return True
    return file.read(len(place.head)) != place.head


def _not_read(path: Path, error: IngestError) -> NotRead:
    return NotRead(str(path), error)
