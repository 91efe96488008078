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
    return None if _NUMERAL.fullmatch(node.this) else Sign.use("VARCHAR")


def sign_of_call(node: exp.Expr) -> tuple[Sign | None, Sign | None]:
    """Of what a function takes (of text: its first argument), and of what it gives."""
    if isinstance(node, exp.Anonymous):
        named = _BY_NAME.get(node.name.casefold(), (None, None))
        return _use(named[0]), _use(named[1])
    for kinds, taken, given in _CALLS:
        if isinstance(node, kinds):
            return _use(taken), _use(given)
    return None, None


def takes_first(node: exp.Expr) -> bool:
    """Whether a function takes its first argument alone for what it is known to take."""
    return isinstance(node, _OF_TEXT)


def _use(type_: str | None) -> Sign | None:
    return None if type_ is None else Sign.use(type_)


def _named(names: str) -> tuple[type[exp.Expr], ...]:
    """The classes of the parser that it has under these names."""
    return tuple(found for name in names.split() if isinstance(found := getattr(exp, name, None), type))


_OF_TEXT = _named(
    """Upper Lower Trim Substring Replace RegexpReplace Initcap Left Right SplitPart Split Pad Reverse Repeat Translate
    RegexpExtract RegexpExtractAll Length StrPosition Overlay Soundex StrToTime StrToDate StrToUnix TsOrDsToDate
    MD5 MD5Digest SHA SHA2 Ascii Unicode FromBase64 ParseJSON"""
)
_Call = tuple[tuple[type[exp.Expr], ...], str | None, str | None]
_CALLS: tuple[_Call, ...] = (
    (_named("Count CountIf RowNumber Rank DenseRank Ntile ApproxDistinct"), None, "BIGINT"),
    (_named("Sum Round Abs Ceil Floor Sign Trunc Mod"), "INTEGER", "INTEGER"),
    (
        _named(
            """Avg Stddev StddevPop StddevSamp Variance VariancePop Sqrt Cbrt Ln Log Exp Pow Median PercentileCont Corr
            CovarPop CovarSamp Sin Cos Tan Asin Acos Atan Atan2 Radians Degrees"""
        ),
        "INTEGER",
        "DOUBLE",
    ),
    (_named("LogicalAnd LogicalOr"), "BOOLEAN", "BOOLEAN"),
    (
        _named("Like ILike RegexpLike RegexpILike SimilarTo StartsWith EndsWith Contains"),
        "VARCHAR",
        "BOOLEAN",
    ),
    (_named("Length StrPosition Ascii Unicode Levenshtein"), "VARCHAR", "BIGINT"),
    (_named("StrToTime TsOrDsToTimestamp"), "VARCHAR", "TIMESTAMP"),
    (_named("StrToDate"), "VARCHAR", "DATE"),
    (_named("TimeToStr Dayname Monthname"), "DATE", "VARCHAR"),
    (_named("TimeToUnix"), "TIMESTAMP", "DOUBLE"),
    (_named("UnixToTime"), "BIGINT", "TIMESTAMP"),
    (_named("Split RegexpExtractAll ParseJSON TsOrDsToDate"), "VARCHAR", None),
    (_OF_TEXT, "VARCHAR", "VARCHAR"),
    (_named("Concat ConcatWs DPipe GroupConcat JSONExtractScalar"), None, "VARCHAR"),
    (_named("CurrentDate Date DateFromParts"), None, "DATE"),
    (_named("CurrentTimestamp"), None, "TIMESTAMP"),
    (_named("DateTrunc TimestampTrunc DateAdd DateSub LastDay TsOrDsAdd"), "DATE", "DATE"),
    (
        _named(
            """Extract Year Month Day Quarter Week WeekOfYear DayOfWeek DayOfWeekIso DayOfMonth DayOfYear Hour Minute
            Second"""
        ),
        "DATE",
        "BIGINT",
    ),
    (_named("DateDiff TimestampDiff TsOrDsDiff"), "DATE", "BIGINT"),
    (_named("Is Exists"), None, "BOOLEAN"),
)
_BY_NAME: dict[str, tuple[str | None, str | None]] = {
    **dict.fromkeys(("date_part", "datepart", "yearweek", "isodow", "epoch_ms"), ("DATE", "BIGINT")),
    **dict.fromkeys(("to_date", "try_to_date", "parse_date"), ("VARCHAR", "DATE")),
    **dict.fromkeys(("try_strptime", "to_timestamp", "parse_timestamp"), ("VARCHAR", "TIMESTAMP")),
    **dict.fromkeys(("to_years", "to_months", "to_weeks", "to_days", "to_hours"), ("INTEGER", None)),
    **dict.fromkeys(("to_minutes", "to_seconds", "to_milliseconds"), ("INTEGER", None)),
    "age": ("DATE", None),
    "to_char": (None, "VARCHAR"),
}
"""What the parser has no class for."""
