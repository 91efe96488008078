"""The SPARQL worker as the service sees it: started, asked, killed."""

import logging
import os
import subprocess
import sys
import threading
from concurrent.futures import Future
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import BinaryIO, cast

import api
from api.sparql.frames import Head, read_frame, write_frame

logger = logging.getLogger("meshline.sparql")

START_TIMEOUT_S = 60.0
_ROOT = str(Path(api.__file__).parents[1])


class WorkerGone(Exception):
    """The worker ended before it answered."""


class StoreFailed(Exception):
    """The RDF store of the worker cannot be opened, read or written."""


class WorkerProcess:
    """A worker and the pipe to it. Safe for several threads."""

    def __init__(self, folder: Path | None, *, memory_bytes: int, threads: int) -> None:
        """Start it. Raises WorkerGone and StoreFailed."""
        words = [
            sys.executable,
            "-m",
            "api.sparql.worker",
            str(folder or ""),
            str(memory_bytes),
            str(threads),
        ]
        path = os.pathsep.join(filter(None, (_ROOT, os.environ.get("PYTHONPATH"))))
        self._process = subprocess.Popen(
            words,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": path},
        )
        self._to, self._from, self._said = (
            cast(BinaryIO, pipe) for pipe in (self._process.stdin, self._process.stdout, self._process.stderr)
        )
        self._ids = count(1)
        self._sending = threading.Lock()
        self._lock = threading.Lock()  # another one: answers must be taken while a message is being sent
        self._ended = False
        hello: Future[tuple[Head, bytes]] = Future()
        self._waiting = {0: hello}
        self._threads = [
            threading.Thread(target=work, name="meshline-sparql-pipe", daemon=True)
            for work in (self._listen, self._log)
        ]
        for thread in self._threads:
            thread.start()
        try:
            head, _ = _checked(hello.result(START_TIMEOUT_S))
        except (StoreFailed, WorkerGone):
            self.kill()
            raise
        except TimeoutError:
            self.kill()
            raise WorkerGone("It did not start in time.") from None
        self.states: list[str] = head["states"]
        self.fenced: bool = head["fenced"]

    @property
    def pid(self) -> int:
        """Its process."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it can still be asked."""
        return not self._ended

    def ask(
        self, do: str, body: bytes = b"", *, timeout_s: float | None = None, **fields: object
    ) -> tuple[Head, bytes]:
        """Its answer to a message. Raises WorkerGone, StoreFailed and TimeoutError; it goes on after the last."""
        future: Future[tuple[Head, bytes]] = Future()
        with self._lock:
            if self._ended:
                raise WorkerGone("It has ended.")
            number = next(self._ids)
            self._waiting[number] = future
        with self._sending, suppress(OSError, ValueError):  # it has ended, which the future will tell
            write_frame(self._to, {"id": number, "do": do, **fields}, body)
        return _checked(future.result(timeout_s))

    def kill(self) -> None:
        """End it at once; who waits for an answer hears WorkerGone."""
        self._process.kill()
        for thread in self._threads:
            thread.join()
        with self._sending:
            for pipe in (self._to, self._from, self._said):
                with suppress(BrokenPipeError):  # what was still to be written
                    pipe.close()

    def _listen(self) -> None:
        while (frame := read_frame(self._from)) is not None:
            with self._lock:
                future = self._waiting.pop(frame[0]["id"], None)
            if future is not None:
                future.set_result(frame)
        code = self._process.wait()
        with self._lock:
            self._ended = True
            left, self._waiting = list(self._waiting.values()), {}
        for future in left:
            future.set_exception(WorkerGone(f"It ended with {code}."))

    def _log(self) -> None:
        for line in self._said:
            logger.warning("worker: %s", line.decode(errors="replace").strip()[:500])


def _checked(frame: tuple[Head, bytes]) -> tuple[Head, bytes]:
    if frame[0].get("error") == "store":
        raise StoreFailed(frame[0]["message"])
    return frame
