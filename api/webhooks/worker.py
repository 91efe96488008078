"""The worker of a service: follows the graph and sends to webhooks, in a thread with an event loop of its own.

Of several processes on one store one does it at a time (``catalog.feed.lease``). A webhook that is slow holds up nobody
but itself: each is served by a task of its own, as many at once as CONCURRENT.
"""

import asyncio
import logging
import threading
import time
from collections.abc import Awaitable, Callable

from anyio.to_thread import run_sync

from api.metrics import Metrics
from api.webhooks.delivery import AT_ONCE, Deliveries, Patience
from api.webhooks.target import Allowed
from catalog.errors import StoreUnavailable
from catalog.feed.change import Change
from catalog.feed.follower import Follower
from catalog.feed.lease import Lease, LeaseLost
from catalog.feed.log import events, state
from catalog.feed.webhook import Standing, Webhook, webhooks
from catalog.impact.evaluation import impact
from catalog.mesh.mesh import Mesh
from catalog.mesh.recent import MeshOf
from catalog.signoff.standing import Reporting
from catalog.store.port import Reader, Store

log = logging.getLogger("meshline.feed")

PAUSE_S = 0.3
"""How often it looks whether something has changed or is due."""

PAUSE_AFTER_FAILURE_S = 5.0
CONCURRENT = 16
IN_A_ROW = 50
"""Changes that one webhook is sent before another may have its turn."""

PASS_NS = 5 * 10**9
"""How often it is noted how far a webhook has got that wanted nothing of what changed."""

_STOP_S = 20.0


class FeedWorker:
    """Works for one store until it is closed; what is left then, the next one does."""

    def __init__(
        self,
        store: Store,
        base_iri: str,
        allowed: Allowed,
        patience: Patience,
        metrics: Metrics,
        pause_s: float = PAUSE_S,
        clock: Callable[[], int] = time.time_ns,
        reporting: Reporting = impact,
        mesh_of: MeshOf = Mesh,
    ) -> None:
        """``reporting``: how reports on proposals are made; ``mesh_of`` gives the mesh."""
        self._store = store
        self._metrics = metrics
        self._pause_s = pause_s
        self._lease = Lease(store, clock)
        self._follower = Follower(store, self._lease, clock, reporting=reporting, mesh_of=mesh_of)
        self._deliveries = Deliveries(store, self._lease, base_iri, allowed, patience, clock)
        self._clock = clock
        self._serving: dict[str, asyncio.Task[None]] = {}
        self._served_ns: dict[str, int] = {}
        self._free: asyncio.Semaphore  # of the loop of the thread
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="meshline-feed", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop; a request under way is broken off, and sent again by the next."""
        self._stopping.set()
        self._thread.join(_STOP_S)

    def _run(self) -> None:
        asyncio.run(self._work())

    async def _work(self) -> None:
        self._free = asyncio.Semaphore(CONCURRENT)
        await asyncio.gather(self._again(self._follow), self._again(self._dispatch))
        for task in self._serving.values():
            task.cancel()
        await asyncio.gather(*self._serving.values(), return_exceptions=True)
        try:
            await run_sync(self._lease.give_back)
        except StoreUnavailable as error:
            log.warning("the feed could not give its lease back: %s", error)

    async def _again(self, work: Callable[[], Awaitable[None]]) -> None:
        """Do it until the worker is closed."""
        while not self._stopping.is_set():
            rest_s = self._pause_s if await self._survives(work()) else PAUSE_AFTER_FAILURE_S
            end = time.monotonic() + rest_s
            while not self._stopping.is_set() and (left := end - time.monotonic()) > 0:
                await asyncio.sleep(min(left, 0.1))

    async def _survives(self, work: Awaitable[None]) -> bool:
        """Whether it was done, or is another's to do; a fault of ours must not end the thread."""
        try:
            await work
        except StoreUnavailable as error:
            log.warning("the feed waits for the store: %s", error)
            return False
        except LeaseLost:
            log.info("another process follows the feed now")
        except Exception:  # the edge of a thread: with it the feed would end for good, and nobody be told
            log.exception("the feed failed")
            return False
        return True

    async def _follow(self) -> None:
        """Bring the feed up to the graph of now."""
        while (
            not self._stopping.is_set()
            and await run_sync(self._leads)
            and await run_sync(self._follower.step)
        ):
            pass

    def _leads(self) -> bool:
        """Whether somebody has asked for the feed, and this process is the one that keeps it."""
        with self._store.read() as reader:
            if state(reader) is None:
                return False
        return self._lease.hold()

    async def _dispatch(self) -> None:
        """Serve each webhook that has something due and is not being served."""
        for id_ in await run_sync(self._waiting):
            if id_ not in self._serving:
                task = asyncio.create_task(self._serve(id_))
                self._serving[id_] = task
                self._served_ns[id_] = self._clock()
                task.add_done_callback(lambda _, id_=id_: self._serving.pop(id_, None))  # type: ignore[misc]

    def _waiting(self) -> list[str]:
        """The webhooks that have something to be sent, or are to be noted as passed."""
        if not self._leads():
            return []
        now = self._clock()
        with self._store.read() as reader:
            known = state(reader)
            found = webhooks(reader)
            last = 0 if known is None else known.last
            behind = [
                one for one in found if one.standing is Standing.ACTIVE and _may_be_sent(one, last, now)
            ]
            fresh = _latest(reader, behind, last)
        self._served_ns = {one.id: self._served_ns.get(one.id, 0) for one in found}
        return [one.id for one in behind if self._is_due(one, fresh, last, now)]

    def _is_due(self, one: Webhook, fresh: list[Change], last: int, now: int) -> bool:
        if one.again or last - one.position > AT_ONCE or now - self._served_ns[one.id] >= PASS_NS:
            return True
        return any(change.number > one.position and one.where.takes(change.news) for change in fresh)

    async def _serve(self, id_: str) -> None:
        await self._survives(self._deliver(id_))

    async def _deliver(self, id_: str) -> None:
        """Send a webhook what is due, in order."""
        for _ in range(IN_A_ROW):
            due = await run_sync(self._deliveries.due, id_)
            if due is None:
                return
            async with self._free:
                outcome = await self._deliveries.send(due)
            self._metrics.delivery(taken=outcome.taken)
            await run_sync(self._deliveries.note, due, outcome)
            if not outcome.taken and due.again is None:
                return


def _may_be_sent(one: Webhook, last: int, now: int) -> bool:
    return one.again or (one.position < last and one.due_ns <= now)


def _latest(reader: Reader, behind: list[Webhook], last: int) -> list[Change]:
    """The changes that those have before them who are not far behind."""
    positions = [one.position for one in behind if last - one.position <= AT_ONCE]
    return events(reader, min(positions), AT_ONCE) if positions else []
