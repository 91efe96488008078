"""The closed lists of impact in the schema, each word described."""

from api.graphql import words
from api.impact_words import WORDS
from catalog.impact.change import ChangeKind
from catalog.impact.severity import Certainty, Severity, Verdict

words.describe(
    Severity,
    "What a change does to an item; the first is the worst.",
    {
        "BREAKS": "It fails, or a promise of it is broken.",
        "STALE": "It is not rebuilt, for a job before it fails.",
        "CHANGES_SCHEMA": "Its own columns or their types change.",
        "CHANGES_ROWS": "It holds other rows, though nothing fails.",
        "CHANGES_VALUES": "It holds other values, though nothing fails.",
        "PASSES_THROUGH": "It passes the change on unharmed.",
        "UNKNOWN": "What it uses was not told.",
        "COMPATIBLE": "It is downstream, and does not use what changes.",
    },
)
words.describe(
    Certainty,
    "How far a severity can be relied on.",
    {
        "PROVEN": "It follows from the text that a job runs, or from the words of a contract.",
        "STRUCTURAL": "It follows from the lineage that was told.",
        "HEURISTIC": "It is likely, but rests on what was not told.",
        "NEEDS_WAREHOUSE": "The data decides.",
        "UNKNOWN": "Too little was told to say.",
    },
)
words.describe(
    Verdict,
    "What to do with a change.",
    {
        "SAFE": "Nothing uses what changes, and that is known in whole.",
        "REVIEW": "Something is hit or not known: a person should look.",
        "BLOCK": "Something is proven to break, or a contract is violated.",
    },
)
words.describe(
    ChangeKind,
    "What is changed. Kinds of a field name its path; those of a dataset, port or contract name none.",
    {
        "FIELD_ADDED": "A field more; `after` is its type.",
        "FIELD_REMOVED": "The field, and all that is nested in it, goes away.",
        "FIELD_RENAMED": "The field gets another path, `after`.",
        "TYPE_WIDENED": "Its type becomes `after`, which holds each old value.",
        "TYPE_NARROWED": "Its type becomes `after`, which may not hold each old value.",
        "TYPE_INCOMPATIBLE": "Its type becomes `after`, of another kind.",
        "FIELD_REQUIRED": "It is never null any more.",
        "FIELD_NULLABLE": "It may be null.",
        "VALUES_CHANGED": "It holds other values, or none at all.",
        "ROWS_CHANGED": "The dataset holds other rows.",
        "KEY_CHANGED": "The key of the dataset is another.",
        "PARTITION_CHANGED": "The dataset is partitioned otherwise.",
        "ENUM_VALUE_ADDED": "The field may have the value `after` too.",
        "ENUM_VALUE_REMOVED": "The field does not have the value `before` any more.",
        "CONSTRAINT_TIGHTENED": "A rule for it is stricter.",
        "CONSTRAINT_RELAXED": "A rule for it is looser.",
        "DEFAULT_CHANGED": "Its default is another.",
        "FIELD_MOVED": "It stands at another place among the columns.",
        "MEANING_CHANGED": "Its description, unit or term is another.",
        "CLASSIFICATION_RAISED": "It is more sensitive: `after`.",
        "CLASSIFICATION_LOWERED": "It is less sensitive: `after`.",
        "SLO_TIGHTENED": "An objective promises more.",
        "SLO_RELAXED": "An objective promises less.",
        "SLO_REMOVED": "An objective goes away.",
        "DATASET_REMOVED": "The dataset goes away.",
        "DATASET_MOVED": "The dataset gets another address, `after`.",
        "PORT_REMOVED": "The port goes away.",
        "OWNER_CHANGED": "Somebody else answers for it.",
        "LICENCE_CHANGED": "It may be used on other terms.",
        "CONTRACT_CHANGED": "Anything else that a contract says; `note` says what.",
        "QUERY_CHANGED": "The SQL that makes the dataset becomes `after`.",
    },
    "ProposedChangeKind",
)


def of(type_: str, member: str) -> str:
    """What a member of the report means, as its JSON Schema has it."""
    return WORDS[type_][member]
