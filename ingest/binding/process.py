"""The child process as its owner sees it: begun with the first text, begun anew when one has killed it."""

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from pathlib import Path
from threading import Lock

from ingest.binding.messages import Answered

WALL_S = 20.0
"""Without an answer: a text is bounded by the time of the processor, this is for a machine that stands still."""
ENDING_S = 2.0
"""For a child whose pipe is shut to be gone."""
MAX_TOGETHER_BYTES = 32_000
"""Of lines on their way: fewer than a pipe holds, so that neither side waits for the other to read."""
MAX_LOST = 20
"""Texts of one call that may kill the child; those after them are not asked."""
_ROOT = Path(__file__).resolve().parents[2]


@dataclass(slots=True)
class ChildProcess:
    """Safe to share between threads: their calls come one after the other."""

    _child: subprocess.Popen[bytes] | None = None
    _rest: bytes = b""
    _lock: Lock = field(default_factory=Lock)

    def ask(self, lines: Sequence[bytes]) -> list[Answered | None]:
        """An answer for each line, as far as they are asked; None where the line has killed the child."""
        with self._lock:
            answers: list[Answered | None] = []
            lost, again = 0, -1
            while len(answers) < len(lines) and lost < MAX_LOST:
                found, ending = self._exchange_whole(_together(lines[len(answers) :]))
                answers += found
                if ending is _Ending.BY_ITSELF and again != len(answers):
                    again = len(answers)  # whatever ended it, perhaps it was not this line
                elif ending is not None:
                    answers.append(None)
                    lost += 1
            return answers

    @property
    def process_id(self) -> int | None:
        """None: it does not run."""
        return None if self._child is None else self._child.pid

    def close(self) -> None:
        """End the child."""
        with self._lock:
            self._kill()

    def _kill(self) -> None:
        if self._child is not None:
            self._child.kill()
        self._end()

    def _exchange_whole(self, lines: Sequence[bytes]) -> tuple[list[Answered], "_Ending | None"]:
        """As ``_exchange``; one that is broken off ends the child: what it still says would answer other lines."""
        whole = False
        try:
            told = self._exchange(lines)
            whole = True
        finally:
            if not whole:
                self._kill()
        return told

    def _exchange(self, lines: Sequence[bytes]) -> tuple[list[Answered], "_Ending | None"]:
        """The answers as far as they come, and how the child has ended, if it has."""
        answers: list[Answered] = []
        try:
            child = self._running()
            assert child.stdin is not None
            child.stdin.write(b"".join(lines))
            child.stdin.flush()
        except OSError:
            self._end()
            return answers, _Ending.BY_ITSELF
        for _ in lines:
            line = self._line(child)
            if line is None:
                return answers, self._end()
            answers.append(json.loads(line))
        return answers, None

    def _line(self, child: subprocess.Popen[bytes]) -> bytes | None:
        """The next line; None: there will be none."""
        assert child.stdout is not None
        pipe, end = child.stdout.fileno(), time.monotonic() + WALL_S
        poll = select.poll()  # select() takes no descriptor above 1023, and a busy service has more
        poll.register(pipe, select.POLLIN)
        while b"\n" not in self._rest:
            if not poll.poll(max(0.0, end - time.monotonic()) * 1000):
                child.send_signal(signal.SIGPROF)
                return None
            read = os.read(pipe, 1 << 16)
            if not read:
                return None
            self._rest += read
        line, self._rest = self._rest.split(b"\n", 1)
        return line

    def _running(self) -> subprocess.Popen[bytes]:
        if self._child is not None and self._child.poll() is not None:
            self._end()
        if self._child is None:
            environment = {
                "PATH": os.defpath,
                "PYTHONPATH": os.pathsep.join([str(_ROOT), *filter(None, sys.path)]),
            }
            self._child = subprocess.Popen(
                [sys.executable, "-m", "ingest.binding.child"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=environment,
                cwd="/",
            )
        return self._child

    def _end(self) -> "_Ending":
        """End the child, if it has not ended, and tell whether a bound of time did it."""
        child, self._child, self._rest = self._child, None, b""
        if child is None:
            return _Ending.BY_ITSELF
        try:
            child.wait(ENDING_S)
        except subprocess.TimeoutExpired:
            child.kill()
        child.communicate()
        return _Ending.OF_TIME if child.returncode == -signal.SIGPROF else _Ending.BY_ITSELF


class _Ending(Enum):
    BY_ITSELF = auto()
    OF_TIME = auto()


def _together(lines: Sequence[bytes]) -> Sequence[bytes]:
    """The first lines, as many as may be on their way together; at least one."""
    size = count = 0
    for line in lines:
        size += len(line)
        if count and size > MAX_TOGETHER_BYTES:
            break
        count += 1
    return lines[:count]
