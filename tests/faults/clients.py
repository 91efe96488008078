"""Clients that send events at the same time and write down what was acknowledged."""

import threading
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from random import Random
from threading import Event as Flag

import httpx

from tests.faults.events import Event
from tests.faults.service import ServiceProcess
from tests.faults.truth import text_of

ONE, BATCH = "/api/v1/lineage", "/api/v1/lineage/batch"
MOST_IN_BATCH = 12
PAUSE_S = 0.05


class Clients:
    """What all clients together have still to send, have sent, and were told was kept.

    What was not acknowledged is sent again later, as real senders do, perhaps to another life of the service.
    """

    def __init__(self, seed: int, events: Iterable[Event]) -> None:
        self.acknowledged: set[str] = set()
        self.sent: set[str] = set()
        self.answers: Counter[int | str] = Counter()
        self.without_retry_after = 0
        self.faults: list[str] = []
        self._changed = threading.Condition()
        self._random = Random(seed)
        self._waiting = deque(events)

    @contextmanager
    def sending(self, service: ServiceProcess, number: int = 4) -> Iterator[None]:
        """So many clients send for the length of the context, until there is nothing left."""
        stop = Flag()
        threads = [threading.Thread(target=self._send_all, args=(service, stop)) for _ in range(number)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            stop.set()
            for thread in threads:
                thread.join()

    def await_acknowledged(self, number: int, timeout_s: float = 180) -> None:
        """Wait until so many events are acknowledged in all."""
        with self._changed:
            enough = self._changed.wait_for(lambda: len(self.acknowledged) >= number, timeout_s)
        assert enough, (
            f"only {len(self.acknowledged)} of {number} acknowledged; answers: {dict(self.answers)}"
        )

    def await_answer(self, status: int, number: int = 1, timeout_s: float = 180) -> None:
        """Wait until a status was answered so often in all."""
        with self._changed:
            enough = self._changed.wait_for(lambda: self.answers[status] >= number, timeout_s)
        assert enough, f"no answer {status}; answers: {dict(self.answers)}"

    def _send_all(self, service: ServiceProcess, stop: Flag) -> None:
        with service.client() as http:
            while not stop.is_set():
                taken = self._take()
                if not taken:
                    return
                if self._send(http, taken):
                    stop.wait(PAUSE_S)

    def _take(self) -> list[Event]:
        """One event, or several for a batch."""
        with self._changed:
            number = 1 if self._random.random() < 0.7 else self._random.randint(2, MOST_IN_BATCH)
            taken = [self._waiting.popleft() for _ in range(min(number, len(self._waiting)))]
            self.sent.update(map(text_of, taken))
            return taken

    def _send(self, http: httpx.Client, taken: list[Event]) -> bool:
        """Send and note what is kept; what is not goes back. True: wait a moment before the next."""
        kept: list[bool] = [False] * len(taken)
        status: int | str
        try:
            answer = http.post(ONE, json=taken[0]) if len(taken) == 1 else http.post(BATCH, json=taken)
        except httpx.TransportError as error:
            status = type(error).__name__
        else:
            status = answer.status_code
            kept = self._kept(answer, len(taken))
        with self._changed:
            self.answers[status] += 1
            self.acknowledged.update(
                text_of(event) for event, is_kept in zip(taken, kept, strict=True) if is_kept
            )
            self._waiting.extend(event for event, is_kept in zip(taken, kept, strict=True) if not is_kept)
            self._changed.notify_all()
        return not all(kept)

    def _kept(self, answer: httpx.Response, number: int) -> list[bool]:
        if answer.status_code == 201:
            if answer.json()["status"] not in ("applied", "duplicate"):
                self.faults.append(answer.text)
            return [True]
        if answer.status_code == 200:
            receipts = answer.json()["receipts"]
            return [receipt is not None for receipt in receipts]
        if answer.status_code == 503:
            self.without_retry_after += "retry-after" not in answer.headers
        else:
            self.faults.append(f"{answer.status_code} {answer.text}")
        return [False] * number
