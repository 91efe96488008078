"""``meshline import --watch``: documents again whenever their files or their commits change."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path

from api.commands.import_asked import Asked, document_in, empty_syntax, imported
from api.commands.output import error_console
from api.document_sinks import Sink
from api.errors import ServiceError
from catalog.errors import StoreUnavailable
from ingest.documents.files import FoundDocument, FoundExport, Item, Stranger
from ingest.documents.given import Given
from ingest.documents.report import DocumentReport
from ingest.documents.syntax import Syntax
from ingest.errors import NotKept
from ingest.files import NotRead, PassedOver

_LONGEST_PAUSE_S = 60.0
Find = Callable[[], Iterable[Item]]
Tell = Callable[[DocumentReport], None]
TellPassedOver = Callable[[list[PassedOver]], None]


@dataclass(frozen=True, slots=True)
class _Sent:
    """What a file was when it was handed over: its content and the commit that was checked out, its source, how it is
    written, what came with it, whether it was taken, and the time that the watch gave it, None where git did."""

    what: tuple[str, str | None]
    source: str
    syntax: Syntax
    given: Given
    is_kept: bool
    at_ns: int | None


@dataclass(slots=True)
class Watch:
    """Hands over what is new, what has changed, and that a file is no more. ``find``: the files as they are now.

    Among commits their times alone decide. What follows a version that only the watch dated counts from now where its
    own time is earlier: a file that is put back as it was.
    """

    find: Find
    asked: Asked
    sink: Sink
    tell: Tell
    tell_passed_over: TellPassedOver
    clock: Callable[[], int] = time.time_ns
    _sent: dict[Path, _Sent] = field(default_factory=dict)
    _ended: dict[Path, int | None] = field(default_factory=dict)
    _missing: set[Path] = field(default_factory=set)
    _unread: set[str] = field(default_factory=set)
    _strangers: dict[str, str] = field(default_factory=dict)
    _told: dict[str, str] = field(default_factory=dict)

    def run(self, every_s: float, stop: threading.Event) -> None:
        """Look every so many seconds until it is told to stop; where nothing answers, longer and longer."""
        pause = every_s
        while not stop.is_set():
            try:
                self.round(stop)
                pause = every_s
            except (StoreUnavailable, NotKept, ServiceError) as error:
                pause = min(2 * pause, max(every_s, _LONGEST_PAUSE_S))
                error_console().print(f"{error} Next attempt in {pause:g} s.", markup=False)
            stop.wait(pause)

    def round(self, stop: threading.Event) -> None:
        """Hand over what is not yet. Raises StoreUnavailable, NotKept, ServiceError; what was done until then stays."""
        self.asked.look_again()
        there: set[Path] = set()
        passed_over: list[PassedOver] = []
        for found in self.find():
            if stop.is_set():
                return
            item = self._settled(found) if isinstance(found, Stranger) else found
            if isinstance(item, FoundDocument) and item.path is not None:
                there.add(item.path)
                self._send(item, item.path)
            elif isinstance(item, NotRead):
                self._refuse(item)
            elif isinstance(item, PassedOver):
                passed_over.append(item)
        self._tell_new(passed_over)
        missing = {path for path in self._sent.keys() - there if not path.exists()}
        for path in sorted(missing & self._missing):  # editors replace a file in two steps
            self._end(path)
        self._missing = missing - self._missing

    def _settled(self, item: Stranger) -> FoundDocument | PassedOver:
        """What a file is that is no document by its content; whether its source speaks is asked once for each."""
        found = item.found
        what = sha256(found.data).hexdigest()
        if found.path not in self._sent and self._strangers.get(found.source) != what:
            if document_in(item, self.asked, self.sink) is not None:
                return found
            self._strangers[found.source] = what
        return found if found.path in self._sent else item.passed_over

    def _tell_new(self, passed_over: list[PassedOver]) -> None:
        fresh = [one for one in passed_over if self._told.get(one.source) != one.reason]
        self._told.update((one.source, one.reason) for one in fresh)
        if fresh:
            self.tell_passed_over(fresh)

    def _send(self, item: FoundDocument, path: Path) -> None:
        what = sha256(item.data).hexdigest(), self.asked.head(path)
        known = self._sent.get(path)
        if known is not None and known.what == what:
            return
        source, given = self.asked.of(item.source, path)
        if known is not None and known.source != source:
            self._end(path)  # it has become another document: the one that it was is no more
            known = None
        before = self._ended.get(path) if known is None else known.at_ns
        if known is not None and known.is_kept and (known.what[0], known.given) == (what[0], given):
            self._sent[path] = replace(known, what=what)  # a commit that is about other files
            return
        dated = self._later(given, before)
        report = self.sink.send(item.data, item.syntax, source, dated)
        self.tell(report)
        self._sent[path] = _Sent(
            what, source, item.syntax, given, report.is_kept, self._made_up(given, dated)
        )

    def _end(self, path: Path) -> None:
        """An empty document ends what the file said: when the commit took it away, else now."""
        known = self._sent[path]
        given = self.asked.of_deleted(path)
        dated = self._later(given, known.at_ns)
        self.tell(self.sink.send(b"", empty_syntax(known.syntax), known.source, dated))
        self._ended[path] = self._made_up(given, dated)
        del self._sent[path]

    def _made_up(self, given: Given, dated: Given) -> int | None:
        """The time of a version, at the latest; None where its commit alone gave it."""
        by_commit = given.commit is not None and given.commit.at_ns is not None
        if by_commit and dated == given:
            return None
        return self.clock() if dated.at_ns is None else dated.at_ns

    def _later(self, given: Given, before: int | None) -> Given:
        """What comes with a document that follows a version of this watch, which it dated ``before``."""
        if before is None or (given.at_ns is not None and given.at_ns > before):
            return given
        return replace(given, at_ns=self.clock())

    def _refuse(self, item: NotRead) -> None:
        if item.source not in self._unread:
            self._unread.add(item.source)
            self.tell(imported(item, self.asked, self.sink))


def documents(found: Iterable[Item]) -> Iterator[Item]:
    """Those that are watched: canonical exports are not."""
    return (item for item in found if not isinstance(item, FoundExport))
