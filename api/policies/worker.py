"""The worker of a service that keeps verdicts, in threads of its own; of several processes on one store one does it."""

import logging
import threading
import time
from collections.abc import Callable

from api.policies.queries import open_queries
from catalog.errors import CatalogError, StoreUnavailable
from catalog.feed.lease import LEASE_NS, Lease, LeaseLost
from catalog.governance.keeping.keeper import POST, Keeper, is_wanted
from catalog.store.port import Store

log = logging.getLogger("meshline.governance")

PAUSE_S = 0.3
"""How often it looks whether something has changed."""
PAUSE_AFTER_FAILURE_S = 5.0
_STOP_S = 20.0


class VerdictKeeper:
    """Keeps verdicts until it is closed; what is left then, the next one does."""

    def __init__(
        self, store: Store, base_iri: str, pause_s: float = PAUSE_S, clock: Callable[[], int] = time.time_ns
    ) -> None:
        self._store = store
        self._lease = Lease(store, clock, POST)
        self._keeper = Keeper(store, self._lease, clock, lambda reader: open_queries(reader, base_iri))
        self._pause_s = pause_s
        self._leads = False
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=work, name=name, daemon=True)
            for work, name in ((self._run, "meshline-verdicts"), (self._renew, "meshline-verdicts-lease"))
        ]
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """Stop behind the step under way."""
        self._stopping.set()
        for thread in self._threads:
            thread.join(_STOP_S)
        try:
            self._lease.give_back()
        except StoreUnavailable as error:
            log.warning("the lease of kept verdicts could not be given back: %s", error)

    def _run(self) -> None:
        while not self._stopping.wait(self._pause_s if self._survives() else PAUSE_AFTER_FAILURE_S):
            pass

    def _survives(self) -> bool:
        """Whether it was done, or is another's to do; a fault of ours must not end the thread."""
        try:
            self._leads = self._is_wanted() and self._lease.hold()
            while self._leads and not self._stopping.is_set() and self._keeper.step():
                self._leads = self._lease.hold()
        except CatalogError as error:  # the store is away, or its graph is being made anew
            log.warning("verdicts are not kept now: %s", error)
            return False
        except LeaseLost:
            log.info("another process keeps verdicts now")
        except Exception:  # the edge of a thread: with it verdicts would be old for good, and nobody be told
            log.exception("keeping verdicts failed")
            return False
        return True

    def _is_wanted(self) -> bool:
        with self._store.read() as reader:
            return is_wanted(reader)

    def _renew(self) -> None:
        """Keep the lease while a step takes long."""
        while not self._stopping.wait(LEASE_NS / 3 / 10**9):
            if self._leads:
                try:
                    self._leads = self._lease.hold()
                except StoreUnavailable as error:
                    log.warning("the lease of kept verdicts could not be kept: %s", error)
