"""The beginning of the feed: all that is watched is looked at once, so that what changes from then on can be told."""

import time
from collections.abc import Callable

from catalog.feed.follower import Follower
from catalog.feed.lease import Lease
from catalog.feed.log import State, begin, state
from catalog.store.port import Store

PATIENCE_S = 10.0
"""How long somebody who asks for the first time waits for that look; it goes on without them."""

_PAUSE_S = 0.05


def begun(store: Store, clock: Callable[[], int] = time.time_ns, patience_s: float = PATIENCE_S) -> State:
    """The state of the feed, which begins where it has not. What changes behind this call is told, unless the first
    look takes longer than ``patience_s``: then from the end of that on.

    Where no other process looks, this one does. Raises StoreUnavailable, Frozen.
    """
    known = begin(store)
    if not _looks(known):
        return known
    lease = Lease(store, clock)
    follower = Follower(store, lease, clock)
    deadline = time.monotonic() + patience_s
    try:
        while _looks(known) and time.monotonic() < deadline:
            if lease.hold():
                follower.step()
            else:
                time.sleep(_PAUSE_S)
            with store.read() as reader:
                known = state(reader) or known
    finally:
        lease.give_back()
    return known


def _looks(known: State) -> bool:
    return known.scan is not None and known.scan.quiet
