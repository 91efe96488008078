"""A type as it is written, taken apart: ``DECIMAL(10, 2)``, ``struct<a:int,b:array<string>>``, ``Nullable(Int32)``.

Read are the spellings of DuckDB, PostgreSQL, Spark, Hive, Trino, BigQuery, Snowflake, ClickHouse, MySQL, SQL Server and
Arrow. What is not understood has no kind, and is never taken for anything.
"""

import re
from dataclasses import dataclass, field, replace
from functools import lru_cache

from catalog.data_types.words import WORDS, Kind, Word

MAX_CHARACTERS = 20_000
MAX_DEPTH = 30
_WRAPPERS = ("nullable", "lowcardinality")
_SUFFIX = re.compile(r"\s+(not null|null|unsigned|zerofill)$")
_HEAD = re.compile(r"[^(<\[]+")
_CLOSING = {"(": ")", "<": ">", "[": "]"}
_MEMBER = re.compile(r"""\s*("(?:[^"]|"")*"|`[^`]*`|\[[^\]]*\]|[^\s:"`\[]+)\s*[:\s]\s*(\S.*)""", re.DOTALL)


@dataclass(frozen=True, slots=True)
class DataType:
    """A type. ``size``: length of text or bytes, digits of a decimal or of fractions of a second; ``scale``: of a
    decimal. ``members``: of a struct by name, of a list ``("", element)``, of a map key and value; none: not told.
    ``values``: of an enum. ``text``: as it is written."""

    word: Word
    size: int | None = None
    scale: int | None = None
    members: tuple[tuple[str, "DataType | None"], ...] = ()
    values: tuple[str, ...] = ()
    text: str = field(default="", compare=False)

    @property
    def kind(self) -> Kind:
        """What its values are."""
        return self.word.kind


@lru_cache(maxsize=4096)
def read_type(text: str) -> DataType | None:
    """The type that a text means; None where it is not understood."""
    return _read(text, MAX_DEPTH) if len(text) <= MAX_CHARACTERS else None


def _read(text: str, depth: int) -> DataType | None:
    plain = " ".join(text.split())
    unsigned = False
    while (suffix := _SUFFIX.search(plain.lower())) is not None:
        unsigned |= suffix[1] in ("unsigned", "zerofill")
        plain = plain[: suffix.start()]
    if depth == 0 or not plain:
        return None
    found = _list(plain, depth) or _named(plain, depth)
    if found is None:
        return None
    word = replace(found.word, signed=False) if unsigned and found.kind is Kind.INTEGER else found.word
    return replace(found, word=word, text=" ".join(text.split()))


def _list(plain: str, depth: int) -> DataType | None:
    """``int[]``, ``varchar(3)[2]``."""
    suffix = re.search(r"\[\s*\d*\s*\]$", plain)
    if suffix is None or not plain[: suffix.start()].strip():
        return None
    return DataType(WORDS["list"], members=(("", _read(plain[: suffix.start()], depth - 1)),))


def _named(plain: str, depth: int) -> DataType | None:
    head = _HEAD.match(plain)
    if head is None:
        return None
    name, rest = head[0].strip().lower(), plain[head.end() :].strip()
    if not rest:
        word = WORDS.get(name)
        return None if word is None else DataType(word)
    end = _end(rest)
    if end is None:
        return None
    inside, after = rest[1:end], rest[end + 1 :].strip().lower()
    parts = _parts(inside)
    if name in _WRAPPERS and len(parts) == 1 and not after:
        return _read(parts[0], depth - 1)
    word = WORDS.get(f"{name} {after}".strip())
    return None if word is None else _with(word, parts, depth)


def _with(word: Word, parts: list[str], depth: int) -> DataType | None:
    """A word with what stands in its brackets."""
    if word.kind is Kind.STRUCT:
        return DataType(word, members=tuple(_member(part, depth) for part in parts if part.strip()))
    if word.kind in (Kind.LIST, Kind.MAP):
        names = ("",) if word.kind is Kind.LIST else ("key", "value")
        inner = (None if part.strip().isdigit() else _read(part, depth - 1) for part in parts)
        return DataType(word, members=tuple(zip(names, inner, strict=False)))
    if word.kind is Kind.ENUM:
        return DataType(
            word, values=tuple(sorted(part.partition("=")[0].strip().strip("'\"") for part in parts))
        )
    numbers = [int(part) for part in parts if part.strip().isdecimal() and len(part.strip()) < 10]
    size = numbers[0] if numbers else None
    return DataType(word, size, numbers[1] if len(numbers) > 1 else None)


def _member(text: str, depth: int) -> tuple[str, DataType | None]:
    found = _MEMBER.fullmatch(text)
    if found is None:
        return (text.strip(), None)
    return (found[1].strip('"`[]'), _read(found[2], depth - 1))


def _end(text: str) -> int | None:
    """Where the bracket that opens a text closes."""
    open_: list[str] = []
    quote = ""
    for place, character in enumerate(text):
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"`":
            quote = character
        elif character in _CLOSING:
            open_.append(_CLOSING[character])
        elif character in ")>]":
            if not open_ or open_.pop() != character:
                return None
            if not open_:
                return place
    return None


def _parts(inside: str) -> list[str]:
    """What commas part, outside of brackets and quotes."""
    parts, depth, quote = [""], 0, ""
    for character in inside:
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"`":
            quote = character
        elif character in "(<[":
            depth += 1
        elif character in ")>]":
            depth -= 1
        if character == "," and depth == 0 and not quote:
            parts.append("")
        else:
            parts[-1] += character
    return parts if inside.strip() else []
