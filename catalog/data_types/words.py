"""The words that engines, standards and libraries have for a data type, and what each means."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What the values of a type are."""

    TEXT = "text"
    UUID = "uuid"
    ENUM = "enum"
    INTEGER = "integer"
    DECIMAL = "decimal"
    FLOAT = "float"
    BOOLEAN = "boolean"
    DATE = "date"
    TIME = "time"
    TIMESTAMP = "timestamp"
    INTERVAL = "interval"
    BINARY = "binary"
    STRUCT = "struct"
    MAP = "map"
    LIST = "list"
    JSON = "json"
    SHAPE = "shape"


@dataclass(frozen=True, slots=True)
class Word:
    """One word. ``bits``: of a whole number or fraction, None where the word leaves it open; ``signed``; ``fixed``:
    text that is padded to its length; ``zoned``: an instant, or a time with its zone."""

    kind: Kind
    bits: int | None = None
    signed: bool = True
    fixed: bool = False
    zoned: bool = False


_PLAIN = {
    Kind.TEXT: """string text varchar clob nclob tinytext mediumtext longtext citext name ntext sysname varchar2
        nvarchar2 nvarchar str utf8 large_string object_id""",
    Kind.UUID: "uuid guid uniqueidentifier",
    Kind.ENUM: "enum enum8 enum16",
    Kind.DECIMAL: """number numeric decimal bignumeric bigdecimal dec money smallmoney decimal32 decimal64 decimal128
        decimal256""",
    Kind.BOOLEAN: "boolean bool bit logical",
    Kind.DATE: "date date32",
    Kind.TIME: "time",
    Kind.TIMESTAMP: """timestamp datetime datetime2 smalldatetime timestamp_ntz timestampntz timestamp_s timestamp_ms
        timestamp_us timestamp_ns datetime64""",
    Kind.INTERVAL: "interval duration",
    Kind.BINARY: "binary varbinary bytes bytea blob tinyblob mediumblob longblob raw image fixed",
    Kind.STRUCT: "object struct record row",
    Kind.MAP: "map hstore",
    Kind.LIST: "array list repeated vector",
    Kind.JSON: "json jsonb variant super xml document",
    Kind.SHAPE: "geography geometry point polygon linestring",
}
_INTEGERS = {
    8: "tinyint int1 byteint byte",
    16: "smallint int2 int16 short smallserial",
    24: "mediumint",
    32: "integer int int4 int32 serial",
    64: "bigint int8 int64 long bigserial",
    128: "hugeint int128",
}
_UNSIGNED = {8: "uint8 utinyint", 16: "uint16 usmallint", 32: "uint32 uinteger", 64: "uint64 ubigint"}
_FLOATS = {32: "real float4 float32 binary_float", 64: "double float8 float64 binary_double float"}
_OTHERS = {
    **dict.fromkeys(("char", "character", "nchar", "bpchar"), Word(Kind.TEXT, fixed=True)),
    **dict.fromkeys(("character varying", "long varchar", "char varying"), Word(Kind.TEXT)),
    "double precision": Word(Kind.FLOAT, 64),
    **dict.fromkeys(("timetz", "time with time zone"), Word(Kind.TIME, zoned=True)),
    "time without time zone": Word(Kind.TIME),
    **dict.fromkeys(
        (
            *("timestamptz", "timestamp_ltz", "timestampltz", "timestamp_tz", "datetimeoffset", "instant"),
            *("timestamp with time zone", "timestamp with local time zone"),
        ),
        Word(Kind.TIMESTAMP, zoned=True),
    ),
    "timestamp without time zone": Word(Kind.TIMESTAMP),
}


def _words() -> dict[str, Word]:
    found = {word: Word(kind) for kind, words in _PLAIN.items() for word in words.split()}
    for bits, words in _INTEGERS.items():
        found.update({word: Word(Kind.INTEGER, bits) for word in words.split()})
    for bits, words in _UNSIGNED.items():
        found.update({word: Word(Kind.INTEGER, bits, signed=False) for word in words.split()})
    for bits, words in _FLOATS.items():
        found.update({word: Word(Kind.FLOAT, bits) for word in words.split()})
    return found | _OTHERS


WORDS = _words()
"""By the word in lower case; of several words with one space between."""
