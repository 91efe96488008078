"""The SPARQL worker: a process that holds the RDF store, answers queries, and may be killed at any time.

Started as ``python -m api.sparql.worker FOLDER MEMORY THREADS``; an empty folder is a store in memory. Changes are made
in the order in which they come, queries run beside each other (the engine releases Python's lock); the service sends
none while it sends changes. It ends when the service closes the pipe, also when it does so by dying.
"""

import os
import signal
import sys
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from typing import BinaryIO

from api.sparql.fence import bound_memory, deny_sockets
from api.sparql.frames import Head, read_frame, write_frame
from ontology.errors import QueryError
from ontology.sparql import Question, RdfStore


class Worker:
    """Takes messages from one pipe and answers them on another."""

    def __init__(self, store: RdfStore, incoming: BinaryIO, outgoing: BinaryIO, threads: int) -> None:
        self._store = store
        self._incoming = incoming
        self._outgoing = outgoing
        self._sending = threading.Lock()
        self._pool = ThreadPoolExecutor(threads)

    def run(self) -> None:
        """Work until the pipe ends."""
        while (frame := read_frame(self._incoming)) is not None:
            head, body = frame
            if head["do"] == "query":
                self._pool.submit(self._query, head, body).add_done_callback(_end_if_broken)
            else:
                self._change(head, body)

    def _send(self, head: Head, body: bytes = b"") -> None:
        with self._sending:
            write_frame(self._outgoing, head, body)

    def _change(self, head: Head, body: bytes) -> None:
        said: Head = {"id": head["id"]}
        try:
            match head["do"]:
                case "load":
                    self._store.load(body)
                case "replace":
                    self._store.replace(head["graphs"], body)
                case "commit":
                    self._store.set_state(head["state"], head["before"])
                    if head["flush"]:
                        self._store.flush()
        except OSError as error:
            said |= {"error": "store", "message": str(error)}
        self._send(said)

    def _query(self, head: Head, body: bytes) -> None:
        answer, said = b"", {"id": head["id"]}
        question = Question(
            body.decode(),
            head["mediaType"],
            head["maxBytes"],
            tuple(head["defaultGraphs"]),
            tuple(head["namedGraphs"]),
        )
        try:
            answer = self._store.answer(question)
        except QueryError as error:
            said |= {"error": error.code, "message": error.message, "hint": error.hint}
        except OSError as error:
            said |= {"error": "store", "message": str(error)}
        self._send(said, answer)


def _end_if_broken(done: Future[None]) -> None:
    """Nobody would answer the query: better no worker than that."""
    if (error := done.exception()) is not None:
        print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
        os._exit(1)


def main(arguments: list[str]) -> None:
    """Say what the store holds, then work."""
    folder, memory, threads = arguments
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the service, which then closes the pipe
    incoming, outgoing = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not get between the messages
    fenced = deny_sockets()
    bound_memory(int(memory))
    try:
        store = RdfStore(folder or None)
        write_frame(outgoing, {"id": 0, "fenced": fenced, "states": store.states()})
    except OSError as error:
        write_frame(outgoing, {"id": 0, "error": "store", "message": str(error)})
        return
    Worker(store, incoming, outgoing, int(threads)).run()
    os._exit(0)  # a query that still runs has nobody to answer


if __name__ == "__main__":
    main(sys.argv[1:])
