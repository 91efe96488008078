"""A store that counts the questions put to it."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import TypeVar

from catalog.entry import LogEntry
from catalog.errors import StoreUnavailable
from catalog.graph import Direction, Edge, Node
from catalog.scopes import PassingReader
from catalog.store.port import (
    EVERY_ENTRY,
    NOW,
    At,
    Entering,
    LogFilter,
    NodeFilter,
    Range,
    Reader,
    Record,
    Space,
    Store,
    Transaction,
)

T = TypeVar("T")


class CountingReader(PassingReader):
    """Passes questions on, and counts each by name."""

    def __init__(self, reader: Reader, asked: Counter[str]) -> None:
        super().__init__(reader)
        self._asked = asked

    def nodes(self, keys: Collection[str]) -> dict[str, Node]:
        self._asked["nodes"] += 1
        return super().nodes(keys)

    def edges(
        self, frontier: Collection[str], types: Collection[str], direction: Direction, at: At = NOW
    ) -> list[Edge]:
        self._asked["edges"] += 1
        return super().edges(frontier, types, direction, at)

    def entering(self, wholes: Collection[str], part: str, type_: str, at: At = NOW) -> list[Entering]:
        self._asked["entering"] += 1
        return super().entering(wholes, part, type_, at)

    def page(self, where: NodeFilter, after: str | None, limit: int) -> list[Node]:
        self._asked["page"] += 1
        return super().page(where, after, limit)

    def count(self, where: NodeFilter) -> int:
        self._asked["count"] += 1
        return super().count(where)

    def search(self, tokens: Sequence[str], where: NodeFilter, limit: int) -> list[Node]:
        self._asked["search"] += 1
        return super().search(tokens, where, limit)

    def records(self, space: Space, keys: Collection[tuple[str, str]]) -> dict[tuple[str, str], str]:
        self._asked["records"] += 1
        return super().records(space, keys)

    def scan(
        self, space: Space, ranges: Collection[Range], *, reverse: bool = False, limit: int | None = None
    ) -> list[Record]:
        self._asked["scan"] += 1
        return super().scan(space, ranges, reverse=reverse, limit=limit)

    def entries(self, hashes: Collection[str]) -> dict[str, LogEntry]:
        self._asked["entries"] += 1
        return super().entries(hashes)

    def entries_at(self, order_keys: Collection[str]) -> dict[str, LogEntry]:
        self._asked["entries_at"] += 1
        return super().entries_at(order_keys)

    def log(self, after: str | None, limit: int) -> list[LogEntry]:
        self._asked["log"] += 1
        return super().log(after, limit)

    def log_in_order(
        self,
        after: tuple[str, str] | None,
        limit: int,
        where: LogFilter = EVERY_ENTRY,
        *,
        reverse: bool = False,
    ) -> list[LogEntry]:
        self._asked["log_in_order"] += 1
        return super().log_in_order(after, limit, where, reverse=reverse)


class CountingStore:
    """A store whose readers count. ``opened`` and ``closed`` count readers."""

    def __init__(self, store: Store) -> None:
        self.asked: Counter[str] = Counter()
        self.opened = self.closed = 0
        self._store = store

    def read(self) -> AbstractContextManager[Reader]:
        return self._view()

    @contextmanager
    def _view(self) -> Iterator[Reader]:
        self.opened += 1
        try:
            with self._store.read() as reader:
                yield CountingReader(reader, self.asked)
        finally:
            self.closed += 1

    def write(self, work: Callable[[Transaction], T]) -> T:
        return self._store.write(work)

    def ping(self) -> None:
        self._store.ping()

    def close(self) -> None:
        self._store.close()


class AwayStore(CountingStore):
    """A store whose server is away: it fails at the first question."""

    def read(self) -> AbstractContextManager[Reader]:
        raise StoreUnavailable("bolt://secret-host:7687 refused user neo4j", "Look at the server.")


class BrokenReader(PassingReader):
    def nodes(self, keys: Collection[str]) -> dict[str, Node]:
        raise RuntimeError("password=hunter2 at /srv/secret.py")


class BrokenStore(CountingStore):
    """A store with a fault of ours: it fails inside a question."""

    @contextmanager
    def _view(self) -> Iterator[Reader]:
        with self._store.read() as reader:
            yield BrokenReader(reader)
