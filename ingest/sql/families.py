"""Signs of a type: of written types, of literals, of what functions take and give."""

import re
from dataclasses import dataclass
from functools import lru_cache

from sqlglot import exp

from catalog.data_types.reading import read_type
from catalog.data_types.words import Kind
from ingest.sql.likeness import duckdb_type

NUMBER, TEXT, TIME, TRUTH = "NUMBER", "TEXT", "TIME", "TRUTH"
_FAMILIES = {
    **dict.fromkeys((Kind.INTEGER, Kind.DECIMAL, Kind.FLOAT), NUMBER),
    Kind.TEXT: TEXT,
    **dict.fromkeys((Kind.DATE, Kind.TIMESTAMP), TIME),
    Kind.BOOLEAN: TRUTH,
}
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}([ T].*)?")
_NUMERAL = re.compile(r"\s*[-+]?[\d.]+\s*")


@dataclass(frozen=True, slots=True)
class Sign:
    """That something is of a type; ``told``: by a schema or a cast, not by its use alone."""

    family: str
    type: str
    told: bool = False

    @staticmethod
    def use(type_: str) -> "Sign":
        """By its use."""
        return Sign(family(type_), type_)


@lru_cache(maxsize=10_000)
def family(type_: str) -> str:
    """Types that go together in comparisons; of others the type itself."""
    known = read_type(type_)
    return type_.upper() if known is None else _FAMILIES.get(known.kind, type_.upper())


def sign_of_type(type_: str, dialect: str | None) -> Sign:
    """Of a type as it is written."""
    return sign_of_spelled(duckdb_type(type_, dialect) or type_)


def sign_of_spelled(spelled: str) -> Sign:
    """Of a type in DuckDB's words."""
    return Sign(family(spelled), spelled if family(spelled) != TEXT else "VARCHAR", True)


def sign_of_literal(node: exp.Expr | None) -> Sign | None:
    """Of a constant. Text that may be a number says nothing; None: it is no constant."""
    if isinstance(node, exp.Boolean):
        return Sign.use("BOOLEAN")
    if isinstance(node, exp.Neg):
        return sign_of_literal(node.this)
    if not isinstance(node, exp.Literal):
        return None
    if not node.is_string:
        return Sign.use("INTEGER" if node.this.isdigit() else "DOUBLE")
    if _DAY.fullmatch(node.this):
        return Sign.use("DATE")
    return None if _NUMERAL.fullmatch(node.this) or not node.this else Sign.use("VARCHAR")


def sign_of_call(node: exp.Expr) -> tuple[Sign | None, Sign | None]:
    """Of what a function takes, and of what it gives."""
    for kinds, taken, given in _CALLS:
        if isinstance(node, kinds):
            return _use(taken), _use(given)
    return None, None


def _use(type_: str | None) -> Sign | None:
    return None if type_ is None else Sign.use(type_)


def _named(*names: str) -> tuple[type[exp.Expr], ...]:
    """The classes of the parser that it has under these names."""
    return tuple(found for name in names if isinstance(found := getattr(exp, name, None), type))


_Call = tuple[tuple[type[exp.Expr], ...], str | None, str | None]
_CALLS: tuple[_Call, ...] = (
    (_named("Count", "CountIf", "RowNumber", "Rank", "DenseRank", "Ntile"), None, "BIGINT"),
    (
        _named(
            "Sum",
        ),
        "INTEGER",
        "INTEGER",
    ),
    (
        _named("Avg", "Stddev", "StddevPop", "StddevSamp", "Variance", "VariancePop", "Sqrt", "Ln"),
        "INTEGER",
        "DOUBLE",
    ),
    (_named("Round", "Abs", "Ceil", "Floor", "Sign", "Trunc"), "INTEGER", "INTEGER"),
    (_named("LogicalAnd", "LogicalOr"), "BOOLEAN", "BOOLEAN"),
    (
        _named("Upper", "Lower", "Trim", "Substring", "Replace", "RegexpReplace", "Initcap", "Left", "Right"),
        None,
        "VARCHAR",
    ),
    (_named("Like", "ILike", "RegexpLike", "StartsWith", "EndsWith"), "VARCHAR", "BOOLEAN"),
    (_named("Concat", "ConcatWs", "DPipe", "GroupConcat", "MD5", "TimeToStr", "SplitPart"), None, "VARCHAR"),
    (
        _named(
            "Length",
        ),
        "VARCHAR",
        "BIGINT",
    ),
    (_named("StrToTime", "StrToDate"), "VARCHAR", "TIMESTAMP"),
    (
        _named(
            "CurrentDate",
        ),
        None,
        "DATE",
    ),
    (
        _named(
            "CurrentTimestamp",
        ),
        None,
        "TIMESTAMP",
    ),
    (_named("DateTrunc", "TimestampTrunc", "DateAdd", "DateSub", "LastDay"), "DATE", "DATE"),
    (
        _named("Extract", "Year", "Month", "Day", "Quarter", "Week", "DayOfWeek", "DayOfYear"),
        "DATE",
        "BIGINT",
    ),
    (_named("DateDiff", "TimestampDiff"), "DATE", "BIGINT"),
    (_named("Is", "Exists"), None, "BOOLEAN"),
)
