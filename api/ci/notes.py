"""The one comment of Meshline on a pull or merge request: made once, then updated in place."""

from dataclasses import dataclass
from typing import Protocol

from api.errors import ForgeError

MAX_PAGES = 100
"""Pages of comments that are looked through: 10,000 comments."""
_NOT_OURS = frozenset({403, 404})
"""Answers to an update of a comment that somebody else wrote, or that was deleted meanwhile."""


@dataclass(frozen=True, slots=True)
class Note:
    """A comment as it stands there."""

    id: int
    text: str


@dataclass(frozen=True, slots=True)
class Posted:
    """What became of the comment: "created", "updated" or "unchanged", and its address where that was told."""

    how: str
    url: str | None = None


class Notes(Protocol):
    """The comments of one pull or merge request. All raise ForgeError."""

    def page(self, number: int) -> tuple[list[Note], bool]:
        """The comments of a page (from 1), the oldest first, and whether there is a next one."""
        ...

    def create(self, text: str) -> str | None:
        """Write a comment; gives its address."""
        ...

    def update(self, note_id: int, text: str) -> str | None:
        """Write a comment anew; gives its address."""
        ...


def upsert(notes: Notes, marker: str, text: str, *, create: bool = True) -> Posted | None:
    """Bring the comment that begins with the marker up to date, else write it, unless ``create`` is false: then None
    where there is none. Raises ForgeError.

    A reply that quotes it does not begin so. One that cannot be changed is not ours: then a new one is written.
    """
    known = _find(notes, marker)
    if known is None and not create:
        return None
    if known is None:
        return Posted("created", notes.create(text))
    if _lines(known.text) == _lines(text):
        return Posted("unchanged")
    try:
        return Posted("updated", notes.update(known.id, text))
    except ForgeError as error:
        if error.status not in _NOT_OURS:
            raise
        return Posted("created", notes.create(text))


def _find(notes: Notes, marker: str) -> Note | None:
    for number in range(1, MAX_PAGES + 1):
        found, more = notes.page(number)
        for note in found:
            if note.text.lstrip().startswith(marker):
                return note
        if not more:
            return None
    raise ForgeError(f"There are more than {MAX_PAGES} pages of comments; none of those has ours.")


def _lines(text: str) -> list[str]:
    """The text without what a forge changes when it keeps it: ends of lines, white space at both ends."""
    return text.replace("\r\n", "\n").strip().split("\n")
