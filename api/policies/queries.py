"""Queries of policies, answered by a SPARQL worker of their own over a copy in memory of what one reader sees, now or
as of a time past.

The worker is another process, so that a query that takes longer than its budget can be ended. The copy is made when the
first query is asked; after a worker had to be ended the next query makes it anew.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass

import msgspec

from api.sparql.process import StoreFailed, WorkerGone, WorkerProcess
from catalog.governance.checks.ground import Queries, QueryFailed
from catalog.governance.newly import OpenQueries
from catalog.past.graph import MOST_NODES, TooMuch, past
from catalog.rdf.graphs import graphs_of
from catalog.rdf.pages import pages
from catalog.store.port import NodeFilter, Reader
from ingest.replay import interpret_again
from ontology.compiler import load_model
from ontology.errors import QueryError
from ontology.sparql import TABLE_TYPES
from ontology.sparql_text import QueryForm, query_form

MAX_BYTES = 64 * 1024 * 1024
MEMORY_BYTES = 2 * 1024 * 1024 * 1024


class _Term(msgspec.Struct):
    value: str


class _Rows(msgspec.Struct):
    bindings: list[dict[str, _Term]]


class _Table(msgspec.Struct):
    results: _Rows


class WorkerQueries:
    """Answers as ``catalog.governance.checks.ground.Queries`` asks. To be closed."""

    def __init__(self, reader: Reader, base: str, at: int | None = None) -> None:
        self._reader = reader
        self._base = base
        self._at = at
        self._worker: WorkerProcess | None = None

    @property
    def base(self) -> str:
        """What the IRIs of nodes begin with."""
        return self._base

    @property
    def at(self) -> int | None:
        """As of when it answers, nanoseconds; None: now."""
        return self._at

    def select(self, text: str, budget_s: int) -> Sequence[Mapping[str, str]]:
        """The rows of a SELECT. Raises QueryFailed."""
        try:
            if query_form(text) is not QueryForm.SELECT:
                raise QueryFailed("The query is no SELECT.")
        except QueryError as error:
            raise QueryFailed(error.message) from error
        body = self._answer(text, budget_s)
        rows = msgspec.json.decode(body, type=_Table).results.bindings
        return [{name: term.value for name, term in row.items()} for row in rows]

    def close(self) -> None:
        """End the worker."""
        if self._worker is not None:
            self._worker.kill()
            self._worker = None

    def _answer(self, text: str, budget_s: int) -> bytes:
        try:
            worker = self._running()
            head, body = worker.ask(
                "query",
                text.encode(),
                timeout_s=budget_s,
                mediaType=TABLE_TYPES[0],
                maxBytes=MAX_BYTES,
                defaultGraphs=(),
                namedGraphs=(),
            )
        except TimeoutError as error:
            self.close()
            raise QueryFailed(f"The query took longer than its budget of {budget_s} s.") from error
        except (WorkerGone, StoreFailed) as error:
            self.close()
            raise QueryFailed("The process that answers queries ended, or has no room.") from error
        if "error" in head:
            raise QueryFailed(str(head["message"]))
        return body

    def _running(self) -> WorkerProcess:
        """The worker, which holds a copy of all that the reader sees. Raises QueryFailed."""
        if self._worker is None:
            with self._seen() as reader:
                self._worker = _copied(reader, self._base)
        return self._worker

    def _seen(self) -> AbstractContextManager[Reader]:
        """The graph that is copied."""
        if self._at is None:
            return nullcontext(self._reader)
        try:
            return past(self._reader, self._at, interpret_again).read()
        except TooMuch as error:
            raise QueryFailed(str(error)) from error


def _copied(reader: Reader, base: str) -> WorkerProcess:
    """A worker that holds the graph that a reader sees: all of it or none."""
    worker = WorkerProcess(None, memory_bytes=MEMORY_BYTES, threads=1)
    try:
        for nodes in filter(None, pages(reader)):
            worker.ask("load", graphs_of(reader, [node.key for node in nodes], base))
    except BaseException:  # whatever it is, and stopped from outside too: half a copy must not answer
        worker.kill()
        raise
    return worker


def small_queries(base: str) -> OpenQueries:
    """Opens who answers queries over what a reader sees, if that is not too much to be copied for one question."""

    @contextmanager
    def opened(reader: Reader) -> Iterator[Queries]:
        labels = tuple(one.label for one in load_model().nodes)
        if reader.count(NodeFilter(labels)) > MOST_NODES:
            yield TooLarge(base)
            return
        with open_queries(reader, base) as queries:
            yield queries

    return opened


@dataclass(frozen=True, slots=True)
class TooLarge:
    """Answers no query."""

    base: str
    at: int | None = None

    def select(self, text: str, budget_s: int) -> Sequence[Mapping[str, str]]:
        """Raises QueryFailed."""
        raise QueryFailed(
            f"Of a graph of more than {MOST_NODES:,} nodes no query is asked before it is as proposed."
        )


@contextmanager
def open_queries(reader: Reader, base: str, at: int | None = None) -> Iterator[WorkerQueries]:
    """Who answers the queries of policies, now or as of ``at`` (nanoseconds), as long as the reader is open."""
    queries = WorkerQueries(reader, base, at)
    try:
        yield queries
    finally:
        queries.close()
