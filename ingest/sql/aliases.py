"""What a name means that is both an output alias and perhaps a column of a table whose columns are not known."""

from enum import Enum, StrEnum, auto


class Place(Enum):
    """Where in a SELECT a name stands. Of GROUP BY and ORDER BY, a bare name is told from an expression of more."""

    SELECT = auto()
    WHERE = auto()
    GROUP_BY = auto()
    GROUP_BY_EXPRESSION = auto()
    HAVING = auto()
    QUALIFY = auto()
    ORDER_BY = auto()
    ORDER_BY_EXPRESSION = auto()


class Meaning(StrEnum):
    """What the name means. EITHER: the column if the table has it, else the alias."""

    COLUMN = "COLUMN"
    ALIAS = "ALIAS"
    EITHER = "EITHER"


_POSTGRES = {"postgres", "redshift", "materialize", "risingwave"}
_MYSQL = {"mysql", "doris", "singlestore", "starrocks"}
_SPARK = {"spark", "databricks"}
_SQL_SERVER = {"tsql", "fabric"}
_STRICT = {*_SQL_SERVER, "oracle", "presto", "trino", "athena"}
"""They see aliases in ORDER BY alone."""

_IN_WHERE = {"duckdb", "snowflake", "clickhouse", "teradata", "sqlite"}
_IN_LATER_ITEMS = {*_IN_WHERE, *_SPARK, "redshift"} - {"sqlite"}
_IN_GROUP_BY_EXPRESSIONS = {*_IN_WHERE, *_MYSQL, *_SPARK}
_NOT_IN_HAVING = {*_STRICT, *_POSTGRES}
_NOT_IN_ORDER_BY_EXPRESSIONS = {*_SQL_SERVER, *_POSTGRES}
_COLUMN_FIRST_IN_ORDER_BY_EXPRESSIONS = {"duckdb", "sqlite"}


def meaning_of(place: Place, dialect: str | None, computed: bool, grouped: bool) -> Meaning:
    """What an alias's name means at a place.

    ``computed``: the alias is of an aggregate or a window. ``grouped``: all columns that it comes from are grouped by
    without it. No dialect: as in the standard, where WHERE, later items of the list and expressions of GROUP BY do not
    see aliases. A bare name in GROUP BY is the alias also where a column would win (PostgreSQL): if the column were
    there, the alias's own columns would not be grouped, and the text would fail; so not if they are, and not in
    SQLite, which does not ask. An alias that is computed cannot be grouped by; in HAVING and QUALIFY it is what the
    clause is for.
    """
    match place:
        case Place.SELECT:
            return _either(dialect in _IN_LATER_ITEMS)
        case Place.WHERE:
            return _either(dialect in _IN_WHERE)
        case Place.GROUP_BY:
            if computed or dialect in _STRICT:
                return Meaning.COLUMN
            return Meaning.EITHER if grouped or dialect == "sqlite" else Meaning.ALIAS
        case Place.GROUP_BY_EXPRESSION:
            return _either(dialect in _IN_GROUP_BY_EXPRESSIONS)
        case Place.HAVING if dialect in _NOT_IN_HAVING:
            return Meaning.COLUMN
        case Place.HAVING | Place.QUALIFY:
            return Meaning.ALIAS if computed else Meaning.EITHER
        case Place.ORDER_BY_EXPRESSION if dialect in _NOT_IN_ORDER_BY_EXPRESSIONS:
            return Meaning.COLUMN
        case Place.ORDER_BY_EXPRESSION if dialect in _COLUMN_FIRST_IN_ORDER_BY_EXPRESSIONS:
            return Meaning.EITHER
        case _:
            return Meaning.ALIAS


def _either(seen: bool) -> Meaning:
    return Meaning.EITHER if seen else Meaning.COLUMN
