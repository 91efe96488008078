"""Queries and their answers: bounded in time, memory and size, each from one version of the graph."""

from dataclasses import dataclass
from pathlib import Path

from api.errors import QueryMemory, QueryTimeout, SparqlBuilding, SparqlUnavailable
from api.sparql.frames import Head
from api.sparql.gate import Gate
from api.sparql.keeper import Keeper
from api.sparql.process import StoreFailed, WorkerGone, WorkerProcess
from catalog.store.port import Store
from ontology.errors import MalformedQuery, QueryRefused, ResultTooLarge
from ontology.sparql import Question

AT_ONCE = 4
"""Queries that run beside each other."""

_REFUSALS = {kind.code: kind for kind in (MalformedQuery, QueryRefused, ResultTooLarge)}


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a query may take. ``memory_bytes`` is of the worker: of all that run and of what the copy needs.

    ``wait_s``: how long it waits until the copy is brought up to date, apart from its own time.
    """

    query_s: float = 10.0
    wait_s: float = 10.0
    memory_bytes: int = 1024**3
    result_bytes: int = 16 * 1024**2


@dataclass(frozen=True, slots=True)
class Answer:
    """The bytes of an answer, and the version of the graph that it is from."""

    body: bytes
    version: int


class Sparql:
    """Answers queries over one store. Safe for several threads; starts its worker at the first query."""

    def __init__(self, store: Store, base: str, root: Path | None, bounds: Bounds) -> None:
        """``root``: the folder of the copies on disk; None: in memory."""
        self._bounds = bounds
        self._gate = Gate()
        self.keeper = Keeper(store, base, root, self._gate, memory_bytes=bounds.memory_bytes, threads=AT_ONCE)
        self.keeper.start()

    def close(self) -> None:
        """End the worker; the copy stays."""
        self.keeper.stop()

    def answer(self, question: Question) -> Answer:
        """The answer to a query.

        Raises QueryError for what can never be answered; QueryTimeout and QueryMemory; SparqlBuilding and
        SparqlUnavailable; StoreUnavailable.
        """
        try:
            return self._ask(question, alone=False)
        except WorkerGone:
            pass  # by this query, or by another that ran beside it: alone it will show
        try:
            return self._ask(question, alone=True)
        except WorkerGone as error:
            hint = (
                f"All queries together have {self._bounds.memory_bytes} bytes (MESHLINE_SPARQL_MEMORY_BYTES)."
            )
            raise QueryMemory(
                "The query ended its process: most often it wanted too much memory.", hint
            ) from error

    def _ask(self, question: Question, *, alone: bool) -> Answer:
        self.keeper.require(self._bounds.wait_s)
        enter = self._gate.alone if alone else self._gate.shared
        with enter(self._bounds.query_s) as entered:
            if not entered:
                raise SparqlBuilding("The graph or another query keeps this one waiting.", "Ask again later.")
            worker, version = self.keeper.standing()
            head, body = self._within_bounds(worker, question)
        if "error" in head:
            raise _REFUSALS[head["error"]](head["message"], head["hint"])
        return Answer(body, version)

    def _within_bounds(self, worker: WorkerProcess, question: Question) -> tuple[Head, bytes]:
        try:
            return worker.ask(
                "query", question.text.encode(), timeout_s=self._bounds.query_s, **_fields(question)
            )
        except TimeoutError:
            worker.kill()
            message = f"The query took more than {self._bounds.query_s:g} s."
            raise QueryTimeout(message, "Narrow it, or raise MESHLINE_SPARQL_SECONDS.") from None
        except StoreFailed as error:
            self.keeper.distrust()
            message = "The copy of the graph for SPARQL cannot be read, and is made anew."
            raise SparqlUnavailable(message, "Ask again later.") from error


def _fields(question: Question) -> Head:
    return {
        "mediaType": question.media_type,
        "maxBytes": question.max_bytes,
        "defaultGraphs": question.default_graphs,
        "namedGraphs": question.named_graphs,
    }
