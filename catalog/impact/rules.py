"""What a change does, by how it is used: the words of the table of design §8."""

from enum import Enum, auto
from typing import NamedTuple

from catalog.graph import Edge
from catalog.impact.delta import Mark
from catalog.impact.severity import Certainty
from catalog.lineage_steps import Kind, kind_of

REASONS = {
    Mark.UNKNOWN: "comes from a job whose use of the change is not known",
    Mark.VALUES: "is computed from values that change",
    Mark.ROWS: "holds other rows than before",
    Mark.RETYPED: "gets another type",
    Mark.REMOVED: "goes, for it was passed on by a star",
    Mark.ADDED: "gets a column more, by a star",
    Mark.SCHEMA: "gets other columns or types",
    Mark.MOVED: "gets its columns in another order",
    Mark.STALE: "comes from a job that breaks or is stale, so it is not rebuilt",
}
"""Of fields and datasets."""

READS_GONE = "reads a dataset that is gone"
READS_STALE = "reads a dataset that is not rebuilt"
READS_ROWS = "reads a dataset whose rows change"
READS_UNKNOWN = "reads a dataset that may not be rebuilt"
FED_BY_STALE = "gets data from a job that breaks or is stale"
FED_BY_REACHED = "gets data from a job that the change reaches"
REFUSED = "has SQL that its database does not take any more"
CAST_FAILS = "casts values that cannot be cast any more"
CAST_MAY_FAIL = "casts values, which fails if one of them does not fit"
NAMES_IT = "names a column that is gone"
MAY_NAME_IT = "names a column of the name of one that is gone, and not all of its SQL is understood"
COMPARES = "is a dbt snapshot, and by its name the column that is gone is one by which it compares rows"
JOINS_BY_NAME = "joins by what its tables have in common, and by its name the column that is gone is that"
JOINS_BY_NEW = "joins by what its tables have in common, which the new column is, or may be"
COPIES = "copies a column that is gone"
COMPUTES = "computes an output from a column that is gone"
DECIDES = "filters, joins, groups or sorts by a column that is gone"
LOSES = "passes a column that is gone on by a star"
MAY_LOSE = "puts tables together by the names of their columns, and loses one unless another table has it too"
GAINS = "passes a new column on by a star"
MAY_CLASH = "names a column as the new one is called, or counts columns, and may break"
COPIES_TYPE = "copies a column that gets another type"
OTHER_SCHEMA = "writes other columns or types, as its SQL is bound"
COMPUTES_TYPE = "computes from a column that gets another type, and breaks if the expression does not take it"
DECIDES_TYPE = "filters, joins, groups or sorts by a column that gets another type, and may not take it"
COPIES_VALUES = "copies a column whose values change"
COMPUTES_VALUES = "computes from values that change"
DECIDES_VALUES = "filters, joins, groups or sorts by values that change"
TAKES_ANOTHER = "takes another column of the same name instead of one that is gone"
REORDERS = "passes columns on in another order"
NO_COLUMNS = "reads the dataset, and has not told which columns it uses for all it writes"
NOT_NAMED = "reads the dataset; the column lineage it told does not name what changes"
NOT_USED = "reads the dataset; its SQL does not use what changes"
NOT_SURE = "reads the dataset, and it is not known what its SQL uses"
CONTRADICTED = "is told to use what changes, and its SQL does not"


class Usage(Enum):
    """How a unit uses a changed field.

    NEEDED: its SQL fails without it. STAR: only a star reaches it. TOLD: the producer names it. OPEN: the SQL may name
    it. PASSED: a star that is not resolved may reach it. UNUSED. UNKNOWN.
    """

    NEEDED = auto()
    STAR = auto()
    TOLD = auto()
    OPEN = auto()
    PASSED = auto()
    UNUSED = auto()
    UNKNOWN = auto()


class Used(NamedTuple):
    """A usage, how sure that is, and in words why."""

    usage: Usage
    certainty: Certainty
    reason: str


_OF_VALUES = ("CONDITIONAL", "WINDOW")
"""INDIRECT uses that decide on the values of a column, not on rows."""


def is_copy(edge: Edge) -> bool:
    """Whether an edge passes values on as they are; DIRECT without a subtype may be any expression."""
    said = edge.properties
    return ("subtype", "IDENTITY") in said and ("masking", True) not in said and kind_of(edge) is Kind.DIRECT


def decides_rows(edge: Edge, *, whole: bool) -> bool:
    """Whether an edge says that values decide on rows; ``whole``: it leads to the dataset, not to a field."""
    if kind_of(edge) is Kind.DIRECT:
        return False
    return whole or dict(edge.properties).get("subtype") not in _OF_VALUES


def reason_of_removal(edge: Edge) -> str:
    """Why a job breaks whose producer tells this edge out of a field that is gone."""
    if kind_of(edge) is Kind.INDIRECT:
        return DECIDES
    return COPIES if is_copy(edge) else COMPUTES
