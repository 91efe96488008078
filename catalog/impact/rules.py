"""What a change does, by how it is used: the table of design §8, as far as column lineage alone can tell.

Producers' lineage names what they say they use; it does not prove that nothing else is used, and it does
not tell a column that is named from one that a star brings along. So nothing here is PROVEN, and not being
named is HEURISTIC.
"""

from enum import IntEnum, StrEnum
from typing import NamedTuple

from catalog.impact.severity import Certainty, Severity, Verdict
from catalog.lineage_steps import Kind


class Effect(IntEnum):
    """What has happened to a field or dataset, from which the next hop follows."""

    UNKNOWN = 0
    VALUES = 1
    ROWS = 2
    RETYPED = 3
    STALE = 4
    REMOVED = 5


class Use(StrEnum):
    """How a job uses a field."""

    IDENTITY = "IDENTITY"
    DIRECT = "DIRECT"
    INDIRECT = "INDIRECT"


class Rule(NamedTuple):
    """One cell of the table: the job's severity, what then happens to what it writes, and why."""

    job: Severity
    output: Effect
    certainty: Certainty
    may_break: bool
    reason: str


SHOWN_AS = {
    Effect.UNKNOWN: Severity.UNKNOWN,
    Effect.VALUES: Severity.CHANGES_VALUES,
    Effect.ROWS: Severity.CHANGES_ROWS,
    Effect.RETYPED: Severity.CHANGES_SCHEMA,
    Effect.STALE: Severity.STALE,
}
"""The severity of a field or dataset that an effect has reached."""

REASONS = {
    Effect.UNKNOWN: "comes from a job whose use of the change is not known",
    Effect.VALUES: "is computed from values that change",
    Effect.ROWS: "holds other rows than before",
    Effect.RETYPED: "gets another type",
    Effect.STALE: "comes from a job that breaks or is stale, so it is not rebuilt",
}

_BREAKS_DIRECT = "computes an output from a column that is gone"
_BREAKS_INDIRECT = "filters, joins, groups or sorts by a column that is gone"

FIELD_RULES: dict[tuple[Effect, Use], Rule] = {
    (Effect.REMOVED, Use.IDENTITY): Rule(
        Severity.BREAKS, Effect.STALE, Certainty.STRUCTURAL, False, "copies a column that is gone"
    ),
    (Effect.REMOVED, Use.DIRECT): Rule(
        Severity.BREAKS, Effect.STALE, Certainty.STRUCTURAL, False, _BREAKS_DIRECT
    ),
    (Effect.REMOVED, Use.INDIRECT): Rule(
        Severity.BREAKS, Effect.STALE, Certainty.STRUCTURAL, False, _BREAKS_INDIRECT
    ),
    (Effect.RETYPED, Use.IDENTITY): Rule(
        Severity.PASSES_THROUGH,
        Effect.RETYPED,
        Certainty.STRUCTURAL,
        False,
        "copies a column that gets another type",
    ),
    (Effect.RETYPED, Use.DIRECT): Rule(
        Severity.CHANGES_VALUES,
        Effect.VALUES,
        Certainty.HEURISTIC,
        True,
        "computes from a column that gets another type, and breaks if the expression does not take it",
    ),
    (Effect.RETYPED, Use.INDIRECT): Rule(
        Severity.CHANGES_ROWS,
        Effect.ROWS,
        Certainty.HEURISTIC,
        True,
        "filters, joins, groups or sorts by a column that gets another type, and may not take it",
    ),
    (Effect.VALUES, Use.IDENTITY): Rule(
        Severity.CHANGES_VALUES,
        Effect.VALUES,
        Certainty.STRUCTURAL,
        False,
        "copies a column whose values change",
    ),
    (Effect.VALUES, Use.DIRECT): Rule(
        Severity.CHANGES_VALUES,
        Effect.VALUES,
        Certainty.STRUCTURAL,
        False,
        "computes from values that change",
    ),
    (Effect.VALUES, Use.INDIRECT): Rule(
        Severity.CHANGES_ROWS,
        Effect.ROWS,
        Certainty.STRUCTURAL,
        False,
        "filters, joins, groups or sorts by values that change",
    ),
}
"""How a job answers to what happened to a field that it names. STALE and ROWS are passed on."""

DATASET_RULES: dict[Effect, Rule] = {
    Effect.REMOVED: Rule(
        Severity.BREAKS, Effect.STALE, Certainty.STRUCTURAL, False, "reads a dataset that is gone"
    ),
    Effect.STALE: Rule(
        Severity.STALE, Effect.STALE, Certainty.STRUCTURAL, False, "reads a dataset that is not rebuilt"
    ),
    Effect.ROWS: Rule(
        Severity.CHANGES_ROWS, Effect.ROWS, Certainty.HEURISTIC, False, "reads a dataset whose rows change"
    ),
    Effect.UNKNOWN: Rule(
        Severity.UNKNOWN, Effect.UNKNOWN, Certainty.UNKNOWN, False, "reads a dataset that may not be rebuilt"
    ),
}
"""How every job that reads a dataset answers to what happened to all of it."""

_FED_BY_STALE = Rule(
    Severity.STALE, Effect.STALE, Certainty.STRUCTURAL, False, "gets data from a job that breaks or is stale"
)
_FED_BY_REACHED = Rule(
    Severity.UNKNOWN, Effect.UNKNOWN, Certainty.UNKNOWN, False, "gets data from a job that the change reaches"
)
JOB_RULES = {severity: _FED_BY_REACHED for severity in Severity if severity is not Severity.COMPATIBLE} | {
    Severity.BREAKS: _FED_BY_STALE,
    Severity.STALE: _FED_BY_STALE,
}
"""How a job answers to what a job does that passes data to it: what is passed is not told."""

NO_COLUMNS = Rule(
    Severity.UNKNOWN,
    Effect.UNKNOWN,
    Certainty.UNKNOWN,
    False,
    "reads the dataset, and has not told which columns it uses for all it writes",
)
NOT_NAMED = Rule(
    Severity.COMPATIBLE,
    Effect.UNKNOWN,
    Certainty.HEURISTIC,
    False,
    "reads the dataset; the column lineage it told does not name what changes",
)


def use_of(kind: Kind, subtype: str, masking: bool) -> Use:
    """A use by its words in OpenLineage; DIRECT without a subtype may be any expression."""
    if kind is Kind.INDIRECT:
        return Use.INDIRECT
    return Use.IDENTITY if subtype == "IDENTITY" and not masking else Use.DIRECT


def verdict(worst: Severity | None, proven: bool, complete: bool) -> Verdict:
    """From the worst severity (None: nothing reads it), whether a BREAKS is proven, whether all was seen.

    Only what is proven blocks; only what nobody reads is safe, for column lineage cannot prove non-use.
    """
    if worst is Severity.BREAKS and proven:
        return Verdict.BLOCK
    return Verdict.SAFE if worst is None and complete else Verdict.REVIEW
