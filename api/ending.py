"""Tells what would go on for ever that the service begins to stop."""

from collections.abc import Callable


class Ending:
    """Of one application. The server tells it, before it waits for the requests that are being answered."""

    def __init__(self) -> None:
        self._ends: list[Callable[[], None]] = []

    def then(self, end: Callable[[], None]) -> None:
        """Call this then."""
        self._ends.append(end)

    def tell(self) -> None:
        """The service begins to stop."""
        for end in self._ends:
            end()
