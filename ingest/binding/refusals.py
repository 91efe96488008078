"""Why DuckDB does not take a statement: whether the job would fail, or only the sandbox does not know enough."""

import re
from dataclasses import dataclass

import duckdb

BOUND, REFUSED, UNDECIDED = "BOUND", "REFUSED", "UNDECIDED"
_REFUSING = {"binder", "conversion", "mismatch type", "type mismatch", "invalid type"}
"""In the words of DuckDB's plans and of its Python client."""
_OF_TYPES = (
    "No function matches",
    "Could not choose a best candidate",
    "Cannot compare",
    "Cannot mix",
    "Cannot combine",
    "Cannot cast",
    "Unimplemented type for cast",
    "Ambiguous reference",
    "Could not convert",
    "Cannot unpivot",
    "Cannot extract field",
    "Invalid LIST argument",
)
"""What is said of types and of names that are there: further columns of a table change nothing in it."""
MAX_MESSAGE = 300


@dataclass(frozen=True, slots=True)
class Refusal(Exception):
    """A statement that did not bind. ``status``: REFUSED or UNDECIDED."""

    status: str
    message: str


def refusal(kind: str, message: str, *, whole: bool) -> Refusal:
    """``kind`` in DuckDB's words, small (``binder``, ``catalog``); ``whole``: all columns of all tables are known.

    What is not there (a table, a function, a type) may be elsewhere: that is UNDECIDED.
    """
    line = re.sub(r"^[A-Z][\w ]*Error: ", "", message.strip()).split("\n")[0][:MAX_MESSAGE]
    if kind not in _REFUSING or line.startswith("Max expression depth"):
        return Refusal(UNDECIDED, line or kind)
    if not whole and not line.startswith(_OF_TYPES):
        return Refusal(UNDECIDED, f"{line} (not all columns of its tables are known)")
    return Refusal(REFUSED, line)


def raised(error: duckdb.Error, *, whole: bool) -> Refusal:
    """The same of an error of the Python client: its class says the kind."""
    name = type(error).__name__.removesuffix("Exception").removesuffix("Error")
    kind = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()
    return refusal(kind, str(error), whole=whole)
