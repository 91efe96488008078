"""Families of data types: what a contract calls a type and what a platform calls it mean the same family, or not.

A type is compared by its word, without what stands in brackets; only a scale tells something: ``decimal(10,2)`` is no
whole number, ``decimal`` and ``number`` of Snowflake may be one. Two types differ where they have no family in common;
a word that is not here is never said to differ.
"""

import re

_FAMILIES: dict[str, str] = {
    "text": """string text varchar char character nvarchar nchar bpchar clob nclob tinytext mediumtext longtext uuid
        guid enum citext name ntext sysname varchar2 nvarchar2""",
    "integer": """integer int int2 int4 int8 int16 int32 int64 int128 smallint bigint tinyint mediumint byteint long
        short uint8 uint16 uint32 uint64 utinyint usmallint uinteger ubigint hugeint serial bigserial smallserial number
        numeric decimal bignumeric bigdecimal dec""",
    "fraction": """number numeric decimal bignumeric bigdecimal dec double float float4 float8 float32 float64 real
        money smallmoney binary_float binary_double""",
    "boolean": "boolean bool bit logical",
    "date": "date date32",
    "time": "time timetz",
    "timestamp": """timestamp datetime datetime2 smalldatetime datetimeoffset timestamptz timestamp_ntz timestamp_ltz
        timestamp_tz timestampntz timestampltz timestamp_s timestamp_ms timestamp_ns instant""",
    "binary": "binary varbinary bytes bytea blob tinyblob mediumblob longblob raw image fixed",
    "object": "object struct record row map json jsonb variant super hstore xml document",
    "array": "array list repeated super json jsonb variant",
}
_MORE = {
    "double precision": "fraction",
    "character varying": "text",
    "long varchar": "text",
    "timestamp with time zone": "timestamp",
    "timestamp without time zone": "timestamp",
    "timestamp with local time zone": "timestamp",
    "time with time zone": "time",
    "time without time zone": "time",
}
_BRACKETS = re.compile(r"[(<\[].*$", re.DOTALL)
_FRACTION = re.compile(r"\(\s*\d+\s*,\s*0*[1-9]\d*\s*\)$")
"""A precision with a scale above zero."""


def _words() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for family, words in _FAMILIES.items():
        for word in words.split():
            found.setdefault(word, set()).add(family)
    for words, family in _MORE.items():
        found.setdefault(words, set()).add(family)
    return {word: frozenset(families) for word, families in found.items()}


WORDS = _words()


def families(type_: str) -> frozenset[str]:
    """The families of a type; none for a word that is not known."""
    text = type_.strip().casefold()
    if text.endswith("[]"):
        return frozenset(("array",))
    found = WORDS.get(" ".join(_BRACKETS.sub("", text).split()), frozenset())
    return found - {"integer"} if _FRACTION.search(text) else found


def differ(one: str, other: str) -> bool:
    """Whether two types are surely of different families."""
    first, second = families(one), families(other)
    return bool(first) and bool(second) and first.isdisjoint(second)
