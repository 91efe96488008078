"""The process that evaluates one half of the policies, as the one who asks it sees it: started, heard, ended."""

import logging
import os
import pickle
import subprocess
import sys
import threading
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self, cast

import api
from api.policies.half_worker import EVALUATED
from api.sparql.frames import Head, read_frame, write_frame
from catalog.changes import Position
from catalog.collector import at_rest
from catalog.governance.evaluation import Rules
from catalog.governance.verdict import Evaluation

logger = logging.getLogger("meshline.governance")

_ROOT = str(Path(api.__file__).parents[1])


class HalfProcess:
    """Evaluates policies beside this process, from its making on; ended by leaving its context.

    What goes over the pipes is pickled: both ends are this program, and of many verdicts the same things are sent once.
    """

    def __init__(self, url: str, rules: Rules, seen: Position, at: int | None, now_ns: int) -> None:
        """``url``: of the store; ``seen``: the version of the graph that it is to answer for."""
        path = os.pathsep.join(filter(None, (_ROOT, os.environ.get("PYTHONPATH"))))
        self._process = subprocess.Popen(
            [sys.executable, "-m", "api.policies.half_worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": path},
        )
        self._to, self._from = cast(BinaryIO, self._process.stdin), cast(BinaryIO, self._process.stdout)
        self._heard: Future[tuple[Head, bytes] | None] = Future()
        head = {"store": url, "version": seen.version, "mark": seen.mark, "at": at, "nowNs": now_ns}
        self._thread = threading.Thread(
            target=self._talk, args=(head, pickle.dumps(rules)), name="meshline-half", daemon=True
        )
        self._thread.start()

    @property
    def pid(self) -> int:
        """Its process."""
        return self._process.pid

    def evaluation(self, patience_s: float) -> Evaluation | None:
        """What it found; None where it has not evaluated all that it was asked in that time, whatever the reason."""
        try:
            frame = self._heard.result(patience_s)
        except TimeoutError:
            logger.warning("the second process of an evaluation was not done in %.0f s", patience_s)
            return None
        if frame is None:
            logger.warning("the second process of an evaluation ended before it had answered")
            return None
        head, body = frame
        if head["state"] != EVALUATED:
            logger.info("the second process of an evaluation sees another version of the graph")
            return None
        with at_rest():
            found: Evaluation = pickle.loads(body)
        return found

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End it, if it has not ended."""
        self._process.kill()
        self._process.wait()
        self._thread.join()
        for pipe in (self._to, self._from):
            with suppress(BrokenPipeError):  # what was still to be written
                pipe.close()

    def _talk(self, head: Head, body: bytes) -> None:
        """Ask, and wait for the answer: in a thread, since neither has an end that could be told."""
        try:
            with suppress(BrokenPipeError):  # it has ended, which reading tells
                write_frame(self._to, head, body)
            self._heard.set_result(read_frame(self._from))
        except OSError as error:
            logger.warning("the second process of an evaluation cannot be heard: %s", error)
            self._heard.set_result(None)
