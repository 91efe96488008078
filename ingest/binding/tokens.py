"""The words of one statement, as DuckDB's tokenizer cuts it: enough to find a name and the query inside."""

from dataclasses import dataclass
from itertools import pairwise

import duckdb

_COMMENT = duckdb.token_type.comment
_AFTER_CREATE = {
    "OR",
    "REPLACE",
    "TEMP",
    "TEMPORARY",
    "LOCAL",
    "GLOBAL",
    "UNLOGGED",
    "PERSISTENT",
    "RECURSIVE",
}


@dataclass(frozen=True, slots=True)
class Word:
    """A token: where it begins and ends, in bytes, and how deep in brackets it stands."""

    text: str
    start: int
    end: int
    depth: int

    @property
    def upper(self) -> str:
        """In capitals; a quoted name stays as it is, so that it is no keyword."""
        return self.text if self.text[:1] in "\"'" else self.text.upper()


def words_of(statement: str) -> list[Word]:
    """The tokens without comments."""
    data = statement.encode()
    tokens = duckdb.tokenize(statement)
    starts = [*(start for start, _ in tokens), len(data)]
    found: list[Word] = []
    depth = 0
    for (start, end), (_, kind) in zip(pairwise(starts), tokens, strict=True):
        if kind == _COMMENT:
            continue
        text = data[start:end].decode(errors="replace").strip()
        depth -= text == ")"
        found.append(Word(text, start, start + len(text.encode()), depth))
        depth += text == "("
    return found


def place_of(words: list[Word], *keywords: str) -> int | None:
    """Where, outside of all brackets, one of these words stands first."""
    return next((n for n, word in enumerate(words) if word.depth == 0 and word.upper in keywords), None)


def name_at(words: list[Word], place: int) -> tuple[tuple[str, ...], int]:
    """The name that begins at a token, in parts without quotes, and the place behind it."""
    while place < len(words) and words[place].upper in ("IF", "NOT", "EXISTS", "ONLY"):
        place += 1
    parts: list[str] = []
    while place < len(words):
        parts.append(_unquoted(words[place].text))
        place += 1
        if place >= len(words) or words[place].text != ".":
            break
        place += 1
    return tuple(parts), place


def created(words: list[Word]) -> tuple[str, frozenset[str], int]:
    """Of a CREATE: the kind of thing, the words before it, and the place behind it."""
    place = 1
    while place < len(words) and words[place].upper in _AFTER_CREATE:
        place += 1
    before = frozenset(word.upper for word in words[1:place])
    kind = words[place].upper if place < len(words) else ""
    return kind, before, place + 1


def bracketed(words: list[Word], place: int) -> int:
    """The place of the bracket that closes the one at ``place``."""
    depth = words[place].depth
    return next(
        (n for n in range(place + 1, len(words)) if words[n].depth == depth and words[n].text == ")"), place
    )


def between(statement: str, start: int, end: int) -> str:
    """The text between two places in bytes."""
    return statement.encode()[start:end].decode(errors="replace")


def _unquoted(text: str) -> str:
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        return text[1:-1].replace(text[0] * 2, text[0])
    return text
