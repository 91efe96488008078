"""A Markdown page of bounded size: sections that leave out rows, and say how many, before they exceed their share."""

from collections.abc import Sequence


class Page:
    """Text that grows to at most ``limit`` bytes; what is added whole has to be small and is counted first."""

    def __init__(self, limit: int, foot: str) -> None:
        self._limit = limit - _size(foot)
        self._foot = foot
        self._parts: list[str] = []
        self._size = 0

    def add(self, text: str) -> None:
        """A part that is always there; an empty line follows."""
        self._put(f"{text}\n\n")

    def rows(self, head: Sequence[str], rows: Sequence[str], upto: float, least: int = 1) -> int:
        """Lines below others, as many as fit while the page has at most the share ``upto`` of its bound.

        At least ``least`` where the whole page has room. Gives how many were left out; with none shown, no head is.
        """
        opening, closing = "".join(f"{line}\n" for line in head), "\n"
        room = self._limit - self._size - _size(opening) - _size(closing)
        share = self._limit * upto - self._size - _size(opening) - _size(closing)
        shown: list[str] = []
        for row in rows:
            room -= _size(row) + 1
            share -= _size(row) + 1
            if room < 0 or (share < 0 and len(shown) >= least):
                break
            shown.append(row)
        if shown:
            self._put(opening + "".join(f"{row}\n" for row in shown) + closing)
        return len(rows) - len(shown)

    def text(self) -> str:
        """The page with its foot."""
        return "".join(self._parts) + self._foot

    def _put(self, text: str) -> None:
        self._parts.append(text)
        self._size += _size(text)


def _size(text: str) -> int:
    return len(text.encode())
