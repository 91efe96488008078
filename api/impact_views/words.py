"""The words of an impact answer: what happens to a thing, how sure that is, and what it is."""

from collections.abc import Sequence

from catalog.impact.severity import Certainty, Severity
from ontology.vocabulary import Label

HAPPENS = {
    Severity.BREAKS: "breaks",
    Severity.STALE: "is no longer updated",
    Severity.CHANGES_SCHEMA: "gets other columns or types",
    Severity.CHANGES_ROWS: "holds other rows",
    Severity.CHANGES_VALUES: "holds other values",
    Severity.PASSES_THROUGH: "passes the change on, unharmed",
    Severity.UNKNOWN: "may be affected: nobody has told",
    Severity.COMPATIBLE: "is not affected",
}
"""What happens to one thing."""

HAPPEN = {
    Severity.BREAKS: "break",
    Severity.STALE: "are no longer updated",
    Severity.CHANGES_SCHEMA: "get other columns or types",
    Severity.CHANGES_ROWS: "hold other rows",
    Severity.CHANGES_VALUES: "hold other values",
    Severity.PASSES_THROUGH: "pass the change on, unharmed",
    Severity.UNKNOWN: "may be affected: nobody has told",
    Severity.COMPATIBLE: "are not affected",
}
"""The same of several."""

MEANS = {
    Severity.BREAKS: "It fails, or what a contract promises no longer holds.",
    Severity.STALE: "A job before it fails, so it keeps its old data.",
    Severity.CHANGES_SCHEMA: "Its own columns or their types change; nothing fails.",
    Severity.CHANGES_ROWS: "It holds other rows, though nothing fails.",
    Severity.CHANGES_VALUES: "It holds other values, though nothing fails.",
    Severity.PASSES_THROUGH: "It copies a column that changes, and goes on unharmed.",
    Severity.UNKNOWN: "It reads what changes, and nothing tells how it uses it.",
    Severity.COMPATIBLE: "It reads the dataset, but not what changes.",
}

SURE = {
    Certainty.PROVEN: "proven",
    Certainty.STRUCTURAL: "by the lineage that was told",
    Certainty.HEURISTIC: "likely",
    Certainty.NEEDS_WAREHOUSE: "the data decides",
    Certainty.UNKNOWN: "not known",
}

SURENESS = {
    Certainty.PROVEN: "It follows from the SQL that the job runs, or from the words of a contract.",
    Certainty.STRUCTURAL: "It follows from the lineage that producers told.",
    Certainty.HEURISTIC: "It is likely, but rests on what was not told.",
    Certainty.NEEDS_WAREHOUSE: "It depends on values that only the database has.",
    Certainty.UNKNOWN: "Too little was told to say.",
}

HARMLESS = frozenset({Severity.PASSES_THROUGH, Severity.COMPATIBLE})
"""Nobody has to do anything for these."""

DATA = frozenset({"dataset", "job", "column"})
_DATASETS = frozenset({Label.DATASET, Label.ALIAS, Label.DATASET_REFERENCE})
_WORDS: dict[str, str] = {
    Label.JOB: "job",
    Label.PIPELINE: "job",
    Label.FIELD: "column",
    Label.DATA_PRODUCT: "product",
}


def kind_of(label: str) -> str:
    """The kind of a thing in words: an alias or a reference is a name of a dataset."""
    if label in _DATASETS:
        return "dataset"
    return _WORDS.get(label, _split(label))


def _split(label: str) -> str:
    """``OutputPort``: ``output port``."""
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in label).strip()


def plural(count: int, noun: str) -> str:
    """``1 job``, ``2 jobs``, ``2 policies``."""
    if count == 1:
        return f"1 {noun}"
    return f"{count} {noun[:-1]}ies" if noun.endswith("y") else f"{count} {noun}s"


def listed(parts: Sequence[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    *others, last = parts
    return f"{', '.join(others)} and {last}" if others else last
