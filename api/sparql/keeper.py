"""The keeper: one thread that keeps the RDF copy of the graph in step with the store, and the worker alive.

A copy that holds what the journal still reaches is brought up to date node by node; any other is made anew. Whatever is
killed between two steps, the copy says a version that it surely has, and what came since is written once more.
"""

import hashlib
import logging
import threading
import time
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path

from api.errors import SparqlBuilding, SparqlError, SparqlUnavailable
from api.sparql.folder import Folder
from api.sparql.gate import Gate
from api.sparql.process import StoreFailed, WorkerGone, WorkerProcess
from catalog.changes import Position, changes_since, position
from catalog.errors import CatalogError
from catalog.rdf.graphs import PAGE, all_graphs, graphs_of
from catalog.store.port import Reader, Store, batched
from ontology.compiler import load_model

logger = logging.getLogger("meshline.sparql")

FORM = 1
"""Form of the copy; one of another form is made anew."""

FOLLOW_S = 2.0
"""How often the copy follows the graph while nobody asks, so that the journal always reaches back to it."""

CHANGES_AT_ONCE = 200
GATE_WAIT_S = 1.0
"""How long a change waits for running queries; then new queries are answered from the version before it."""

LOAD_BYTES = 16 * 1024 * 1024
"""Quads that are loaded at once when the copy is made anew."""

RETRY_AFTER_S = 10.0
LOCK_WAIT_S = 10.0


class Keeper:
    """Keeps one copy, from the first ``require`` on, or from the start where there is one on the disk."""

    def __init__(
        self, store: Store, base: str, root: Path | None, gate: Gate, *, memory_bytes: int, threads: int
    ) -> None:
        """``root``: the folder of the copies; None: it is in the memory of the worker."""
        self._store = store
        self._base = base
        self._root = root
        self._folder: Folder | None = None
        self._gate = gate
        self._memory_bytes = memory_bytes
        self._worker_threads = threads
        self._worker: WorkerProcess | None = None
        self._position: Position | None = None  # None: there is no whole copy
        self._wanted = 0
        self._done = 0
        self._failure: Exception | None = None
        self._failed_at = 0.0
        self._stopping = False
        self._distrusted = False
        self._turn = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="meshline-sparql", daemon=True)
        self.rebuilds = 0
        self.rewritten = 0  # nodes whose graph was written anew by following the journal

    def start(self) -> None:
        """Begin to follow the graph."""
        self._thread.start()

    def stop(self) -> None:
        """End the worker; the copy stays where it is."""
        with self._turn:
            self._stopping = True
            self._turn.notify_all()
        worker = self._worker
        if worker is not None:
            worker.kill()
        if self._thread.ident is not None:
            self._thread.join()
        self._end_worker()
        if self._folder is not None:
            self._folder.close()

    def require(self, timeout_s: float) -> None:
        """Wait until the copy is brought up to what the graph is now.

        Raises SparqlBuilding when that takes longer, SparqlUnavailable and StoreUnavailable when it cannot be done.
        """
        with self._turn:
            self._wanted += 1
            mine = self._wanted
            self._turn.notify_all()
            if not self._turn.wait_for(lambda: self._done >= mine or self._stopping, timeout_s):
                message = "The copy of the graph that answers SPARQL is still being brought up to date."
                raise SparqlBuilding(message, "Ask again in some seconds; the first time takes longest.")
            if self._failure is not None:
                raise self._failure

    def standing(self) -> tuple[WorkerProcess, int]:
        """The worker, and the version of the graph that its copy has. Raises WorkerGone."""
        worker, at = self._worker, self._position
        if worker is None or at is None:
            raise WorkerGone("There is none now.")
        return worker, at.version

    def distrust(self) -> None:
        """Make the copy anew before the next answer."""
        with self._turn:
            self._distrusted = True

    def _run(self) -> None:
        while True:
            with self._turn:
                follows = self._wanted > 0 or (self._root is not None and self._root.is_dir())
                pause_s = FOLLOW_S if follows else None
                self._turn.wait_for(lambda: self._wanted > self._done or self._stopping, pause_s)
                if self._stopping:
                    return
                asked = self._wanted
                pausing = self._failure is not None and time.monotonic() - self._failed_at < RETRY_AFTER_S
            failure = self._failure if pausing else self._attempt()
            with self._turn:
                self._failure = failure
                self._done = max(self._done, asked)
                self._turn.notify_all()

    def _attempt(self) -> Exception | None:
        """Bring the copy in step; what prevented it."""
        try:
            self._keep()
        except CatalogError as error:  # the store is away; nothing is wrong with the copy
            return error
        except (SparqlError, WorkerGone, StoreFailed, OSError) as error:
            if self._stopping:
                return SparqlUnavailable("SPARQL is being stopped.", "Ask again when the service is back.")
            logger.warning("the copy for SPARQL cannot be kept: %s", error)
            self._failed_at = time.monotonic()
            self._end_worker()
            if isinstance(error, SparqlError):
                return error
            hint = "The log of the service says why; often the disk is full or the memory bound is too small."
            return SparqlUnavailable("The copy of the graph for SPARQL cannot be kept now.", hint)
        return None

    def _keep(self) -> None:
        if self._worker is None or not self._worker.alive:
            self._end_worker()
            self._begin()
        if self._distrusted:
            self._position, self._distrusted = None, False
        for _ in range(2):
            if self._position is None:
                self._build()
            with self._store.read() as reader:
                if self._follow(reader):
                    return
            self._position = None  # the journal does not reach back to it
        raise SparqlBuilding("The graph changes faster than it can be copied.", "Ask again later.")

    def _begin(self) -> None:
        """Start a worker on the copy that is there; one that cannot be opened is thrown away."""
        if self._root is not None and self._folder is None:
            self._folder = Folder(self._root)
        try:
            worker = self._open()
        except StoreFailed as error:
            if self._folder is None:
                raise
            logger.warning("the copy for SPARQL is damaged and made anew: %s", error)
            self._folder.clear()
            worker = self._open()
        self._worker = worker
        known = [found for name in worker.states if (found := self._position_in(name)) is not None]
        self._position = min(known, key=lambda found: found.version, default=None)

    def _open(self) -> WorkerProcess:
        """A worker; one that is just ending may still hold the folder."""
        deadline = time.monotonic() + LOCK_WAIT_S
        path = None if self._folder is None else self._folder.path
        while True:
            try:
                return WorkerProcess(path, memory_bytes=self._memory_bytes, threads=self._worker_threads)
            except StoreFailed as error:
                if "/LOCK" not in str(error) or time.monotonic() > deadline:
                    raise
            time.sleep(0.1)

    def _end_worker(self) -> None:
        with self._turn:
            worker, self._worker = self._worker, None
        if worker is not None:
            worker.kill()

    def _build(self) -> None:
        """Make the copy anew in an empty worker."""
        self._end_worker()
        if self._folder is not None:
            self._folder.clear()
        worker = self._worker = self._open()
        self.rebuilds += 1
        begun = time.monotonic()
        with self._store.read() as reader:
            at = position(reader)
        late: set[str] = set()
        for piece in _pieces(all_graphs(self._store, self._base)):
            worker.ask("load", piece)
            with self._store.read() as reader:  # the journal keeps only so many: note what it says in time
                found = changes_since(reader, at, 10 * CHANGES_AT_ONCE)
            if found is not None:
                at, late = found.until, late | found.keys
            if self._stopping:
                raise SparqlUnavailable("SPARQL is being stopped.")
        with self._store.read() as reader:
            self._rewrite(reader, late)
        self._commit(at, flush=True)
        logger.info("copied the graph for SPARQL in %.1f s", time.monotonic() - begun)

    def _follow(self, reader: Reader) -> bool:
        """Bring the copy up to the graph as a reader sees it; False: the journal does not reach back to it."""
        now = position(reader)
        if self._position == now:
            return True
        with self._gate.alone(GATE_WAIT_S) as alone:
            while alone and self._position is not None and self._position != now:
                found = changes_since(reader, self._position, CHANGES_AT_ONCE)
                if found is None:
                    return False
                if found.until == self._position:
                    break
                self._rewrite(reader, found.keys)
                self._commit(found.until)
        return True

    def _rewrite(self, reader: Reader, keys: Collection[str]) -> None:
        assert self._worker is not None
        for page in batched(sorted(keys), PAGE):
            graphs = [self._base + key for key in page]
            self._worker.ask("replace", graphs_of(reader, page, self._base), graphs=graphs)
            self.rewritten += len(page)

    def _commit(self, at: Position, *, flush: bool = False) -> None:
        assert self._worker is not None
        state = self._state(at)
        self._worker.ask("commit", state=state, before=self._worker.states, flush=flush)
        self._worker.states = [state]
        self._position = at

    def _state(self, at: Position) -> str:
        """What the copy holds, as it is noted in it: the graph version, of which ontology and with which base."""
        told = hashlib.sha256(f"{FORM} {load_model().digest} {self._base}".encode()).hexdigest()[:32]
        return f"{told}:{at.version}:{at.mark}"

    def _position_in(self, state: str) -> Position | None:
        """The position that a note names; None when it is of another ontology, base or form."""
        *_, version, mark = state.split(":")
        with suppress(ValueError):
            at = Position(int(version), mark)
            if self._state(at) == state:
                return at
        return None


def _pieces(pages: Iterator[bytes]) -> Iterator[bytes]:
    """Pages joined to what is loaded at once."""
    held: list[bytes] = []
    size = 0
    for page in pages:
        held.append(page)
        size += len(page)
        if size >= LOAD_BYTES:
            yield b"".join(held)
            held, size = [], 0
    yield b"".join(held)
