"""The worker of a service: settles derived lineage in a thread of its own, soon after its cause."""

import logging
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from catalog.derivation.marks import is_settled
from catalog.errors import StoreUnavailable
from catalog.store.port import Store
from ingest.derivation.analyst import Analyst
from ingest.derivation.settle import settle

log = logging.getLogger(__name__)

PAUSE_S = 0.05
"""How often it looks for marks: events of this service leave some, other processes too."""
PAUSE_WHEN_BUSY_S = 0.5
"""The same while events wait to be stored: then a look finds many jobs, which cost half as much together."""
PAUSE_AFTER_FAILURE_S = 5.0
LONGEST_REST_S = 0.5
_SHARE_WHEN_BUSY = 3


class DerivationWorker:
    """Settles one store until it is closed; what is left then, the next one settles.

    Between two groups of jobs it rests as long as the last took, and three times as long while events wait to be
    stored: requests come first.
    """

    def __init__(
        self, store: Store, pause_s: float = PAUSE_S, is_busy: Callable[[], bool] = lambda: False
    ) -> None:
        """``is_busy``: whether events wait to be stored."""
        self._store = store
        self._pause_s = pause_s
        self._is_busy = is_busy
        self._analyst = Analyst()
        self._busy_since_s = 0.0
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work, name="meshline-derivation", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop between two groups of jobs."""
        self._stopping.set()
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _work(self) -> None:
        pause = 0.0
        while not self._stopping.wait(pause):
            self._busy_since_s = time.monotonic()
            try:
                settle(self._store, self._analyst, until=self._is_stopped_after_a_rest)
                pause = PAUSE_WHEN_BUSY_S if self._is_busy() else self._pause_s
            except StoreUnavailable as error:
                log.warning("SQL lineage waits for the store: %s", error)
                pause = PAUSE_AFTER_FAILURE_S
            except (
                Exception
            ):  # a fault of ours must not end the thread: the marks stay, the next try may succeed
                log.exception("SQL lineage could not be derived.")
                pause = PAUSE_AFTER_FAILURE_S

    def _is_stopped_after_a_rest(self) -> bool:
        busy_s = time.monotonic() - self._busy_since_s
        share = _SHARE_WHEN_BUSY if self._is_busy() else 1
        stopped = self._stopping.wait(min(share * busy_s, LONGEST_REST_S))
        self._busy_since_s = time.monotonic()
        return stopped


def settled(store: Store) -> bool:
    """Whether nothing waits to be derived."""
    with store.read() as reader:
        return is_settled(reader)
