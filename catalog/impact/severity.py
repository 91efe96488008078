"""How bad it is for an item, how sure that is, and what to do: the words of every impact answer."""

from enum import StrEnum


class Severity(StrEnum):
    """What happens to an item; ``SEVERITIES`` has them from the worst on."""

    BREAKS = "BREAKS"
    STALE = "STALE"
    CHANGES_SCHEMA = "CHANGES_SCHEMA"
    CHANGES_ROWS = "CHANGES_ROWS"
    CHANGES_VALUES = "CHANGES_VALUES"
    PASSES_THROUGH = "PASSES_THROUGH"
    UNKNOWN = "UNKNOWN"
    COMPATIBLE = "COMPATIBLE"


SEVERITIES = tuple(Severity)
RANK = {severity: rank for rank, severity in enumerate(SEVERITIES)}


class Certainty(StrEnum):
    """How far a severity can be relied on, the surest first.

    PROVEN: it follows from the text that the job runs, or from a contract's words. STRUCTURAL: from lineage that was
    told. HEURISTIC: likely, but rests on what was not told. NEEDS_WAREHOUSE: the data decides (a cast of values that
    nobody has seen). UNKNOWN: too little was told to say.
    """

    PROVEN = "PROVEN"
    STRUCTURAL = "STRUCTURAL"
    HEURISTIC = "HEURISTIC"
    NEEDS_WAREHOUSE = "NEEDS_WAREHOUSE"
    UNKNOWN = "UNKNOWN"


class Verdict(StrEnum):
    """What to do with the change."""

    SAFE = "SAFE"
    REVIEW = "REVIEW"
    BLOCK = "BLOCK"
