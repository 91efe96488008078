"""How many bytes of request bodies are in hand at once: many large senders must not fill the memory."""

import threading
from types import TracebackType
from typing import Self

from api.errors import try_again


class Budget:
    """Bytes that all bodies in hand may have together. Safe to share between threads."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._held = 0
        self._lock = threading.Lock()

    def hold(self) -> "Hold":
        """What one request holds; it gives all back when its context ends."""
        return Hold(self)

    def take(self, count: int) -> None:
        """Raises HttpError 503 with Retry-After when the budget is spent."""
        with self._lock:
            if self._held + count > self._max_bytes:
                message = "The service holds as many large bodies as it can at once."
                raise try_again("overloaded", message, "Nothing was stored. Send it again.")
            self._held += count

    def give_back(self, count: int) -> None:
        with self._lock:
            self._held -= count


class Hold:
    """The bytes of one request's body, raw and inflated."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._count = 0

    def take(self, count: int) -> None:
        """Raises HttpError 503 with Retry-After when the budget is spent."""
        self._budget.take(count)
        self._count += count

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._budget.give_back(self._count)
        self._count = 0
