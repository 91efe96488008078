"""SPARQL as the service has it: so many queries at a time, and some that wait."""

from pathlib import Path
from urllib.parse import unquote

from anyio import CapacityLimiter
from anyio.to_thread import run_sync

from api.errors import try_again
from api.settings import Settings
from api.sparql.answers import AT_ONCE, Answer, Bounds, Sparql
from catalog.store.port import Store
from ontology.sparql import Question

MOST_WAITING = 16
_FILE = "sqlite:///"


class SparqlService:
    """Answers queries without blocking the loop."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self.bounds = bounds_of(settings)
        self._limiter = CapacityLimiter(AT_ONCE)
        self._sparql = Sparql(store, settings.base_iri, folder_of(settings), self.bounds)

    async def answer(self, question: Question) -> Answer:
        """The answer to a query. Raises HttpError 503 when too many wait, and what ``Sparql.answer`` does."""
        if self._limiter.statistics().tasks_waiting >= MOST_WAITING:
            raise try_again("overloaded", "Too many SPARQL queries are waiting.", "Ask again later.")
        return await run_sync(self._sparql.answer, question, limiter=self._limiter)

    def close(self) -> None:
        """End the worker."""
        self._sparql.close()


def bounds_of(settings: Settings, wait_s: float | None = None) -> Bounds:
    """What a query may take."""
    return Bounds(
        query_s=settings.sparql_seconds,
        wait_s=settings.sparql_seconds if wait_s is None else wait_s,
        memory_bytes=settings.sparql_memory_bytes,
        result_bytes=settings.sparql_result_bytes,
    )


def folder_of(settings: Settings) -> Path | None:
    """Where the copy is: beside the SQLite file, else where settings say; None: a store in memory has it in memory."""
    if settings.sparql_folder is not None:
        return settings.sparql_folder
    if settings.store.startswith(_FILE):
        return Path(f"{unquote(settings.store.removeprefix(_FILE))}.rdf")
    return None if settings.store.startswith("memory:") else Path("meshline.rdf")
