"""The reasons why SQL is understood in part or not at all: what each says, as docs/sql.md lists them."""

from collections.abc import Mapping

from ingest.sql import Reason

TABLE_UNRESOLVED = "TABLE_UNRESOLVED"
NOT_DERIVED = "NOT_DERIVED"

MEANINGS: Mapping[str, str] = {
    Reason.NO_SQL: "the text has no statement",
    Reason.NOT_PARSED: "the text, or a statement of it, is no SQL of its dialect; it may be cut off",
    Reason.TEMPLATE: "the text is a template that was not filled in",
    Reason.TOO_LONG: "the text is longer than the bound",
    Reason.TOO_COMPLEX: "a bound of steps was reached; what is told are at most the tables",
    Reason.TOO_DEEP: "the text nests too deep; what is told are at most the tables",
    Reason.UNKNOWN_DIALECT: "the dialect that is named is not known; the text is read as common SQL",
    Reason.STATEMENT_NOT_UNDERSTOOD: "a statement, or a part of one, of a kind that is not read",
    Reason.SCHEMA_UNKNOWN: "columns of a table count whose schema is not known",
    Reason.STAR_UNRESOLVED: "which columns a star, a pattern or a pivot stands for is not known",
    Reason.COLUMN_UNRESOLVED: "a column that no table of the statement has",
    Reason.COLUMN_AMBIGUOUS: "a column that several tables have, or that may be an output column",
    Reason.COLUMN_MISSING: "a column that its table, by its schema, does not have",
    Reason.FUNCTION_OPAQUE: "what a table function gives is not known",
    TABLE_UNRESOLVED: "a table name that means no dataset: it fits none, several, or what is forgotten",
    NOT_DERIVED: "a fault of Meshline itself; other jobs are not affected, and the log has more",
}
