"""Words of names and descriptions, for search: the same for what is stored and for what is asked."""

import unicodedata
from functools import lru_cache

_BREAK = " "
NAMES_REMEMBERED = 20_000
"""The fields of many datasets are called alike."""
NAME_LENGTH = 100


def tokens(text: str) -> list[str]:
    """Lower-case words of a text: split at all that is no letter, digit or mark, and at camelCase humps.

    A word with humps is kept whole too: ``orderItems`` → ``orderitems``, ``order``, ``items``. Each comes
    once.
    """
    found: dict[str, None] = {}
    for word in _words(text):
        found[word.lower()] = None
        if not (word.islower() or word.isupper()):
            for hump in _humps(word):
                found[hump.lower()] = None
    return list(found)


@lru_cache(maxsize=NAMES_REMEMBERED)
def _tokens_of_name(text: str) -> tuple[str, ...]:
    return tuple(tokens(text))


def search_text(*parts: str) -> str:
    """The ``searchText`` of a node: the tokens of all parts, each once, separated by spaces."""
    found: dict[str, None] = {}
    for part in parts:
        found.update(dict.fromkeys(_tokens_of_name(part) if len(part) <= NAME_LENGTH else tokens(part)))
    return " ".join(found)


def _words(text: str) -> list[str]:
    if text.isascii():
        return "".join(char if char.isalnum() else _BREAK for char in text).split()
    composed = unicodedata.normalize("NFC", text)
    return "".join(char if _in_word(char) else _BREAK for char in composed).split()


def _in_word(char: str) -> bool:
    return char.isalnum() or unicodedata.category(char).startswith("M")


def _humps(word: str) -> list[str]:
    """``parseHTTPResponse2`` → parse, HTTP, Response2."""
    starts = [0]
    for position in range(1, len(word)):
        if word[position].isupper() and (
            not word[position - 1].isupper() or (position + 1 < len(word) and word[position + 1].islower())
        ):
            starts.append(position)
    return [word[start:end] for start, end in zip(starts, [*starts[1:], len(word)], strict=True)]


def query_tokens(text: str) -> list[str]:
    """Tokens to ask for: a word with humps by its humps, so that ``orderItems`` finds ``order_items`` too."""
    found: dict[str, None] = {}
    for word in _words(text):
        humps = [word] if word.islower() or word.isupper() else _humps(word)
        found.update(dict.fromkeys(hump.lower() for hump in humps))
    return list(found)
