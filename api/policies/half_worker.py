"""The process that evaluates one half of the policies: asked once, it answers once, and ends.

Started as ``python -m api.policies.half_worker`` by ``api.policies.half_process``; question and answer are frames on
its pipes. It opens the store by its URL, which comes by the pipe too, since it may hold a password and arguments are
seen by all. It answers only for the version of the graph that it is asked about, and ends when the pipe is closed, also
when the one who asked does so by dying.
"""

import gc
import os
import pickle
import signal
import sys
import threading
from typing import BinaryIO

from api.sparql.frames import Head, read_frame, write_frame
from catalog.changes import Position, position
from catalog.governance.checks.ground import Ground
from catalog.governance.evaluation import Rules, evaluate_rules
from catalog.governance.verdict import Evaluation
from catalog.store.registry import open_store

EVALUATED, OTHER_VERSION = "evaluated", "other-version"


def evaluated(head: Head, rules: Rules) -> Evaluation | None:
    """The half that is asked for; None where the graph is, or became meanwhile, another. Raises StoreError."""
    asked = Position(head["version"], head["mark"])
    store = open_store(head["store"])
    try:
        with store.read() as reader:
            if position(reader) != asked:
                return None
            found = evaluate_rules(Ground(reader, head["at"], head["nowNs"]), rules)
            return found if position(reader) == asked else None
    finally:
        store.close()


def _end_with(incoming: BinaryIO) -> None:
    """End when the one who asked has closed the pipe or is gone: nobody would hear the answer."""
    incoming.read()
    os._exit(1)


def main() -> None:
    """Read the question, answer it."""
    gc.disable()  # it ends before there is much that only the collector finds
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the one who asked, who then closes the pipe
    incoming, outgoing = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not get into the answer
    frame = read_frame(incoming)
    if frame is None:
        return
    threading.Thread(target=_end_with, args=(incoming,), daemon=True).start()
    head, body = frame
    found = evaluated(head, pickle.loads(body))
    if found is None:
        write_frame(outgoing, {"state": OTHER_VERSION})
    else:
        write_frame(outgoing, {"state": EVALUATED}, pickle.dumps(found, pickle.HIGHEST_PROTOCOL))
    os._exit(0)  # nothing is left to be done, and letting go of millions of objects takes its time


if __name__ == "__main__":
    main()
