"""The terms of the canonical export beside those of the graph: histories, runs and their evidence.

An order key is written as two quads: ``xSeen``, the instant, and ``xEvidence``, the rank of the event and the start of
the hash of its log entry. What a block is told from has these words; the rest of the export follows from it.
"""

from ontology.rdf import NS

FORMAT = f"{NS}exportFormat"
"""Of the base IRI, in the first line: which form the export has."""
FORM = "1"
CHECKSUM = f"{NS}exportChecksum"
"""Of the base IRI, in the last line: the SHA-256 of all lines before it."""

COMMAND = f"{NS}Command"
"""The class of the commands, which are no nodes of the graph: their blocks stand before all others."""

OF = f"{NS}of"
VALUE_KEY = f"{NS}valueKey"
VALUE_TEXT = f"{NS}valueText"
DELETED = f"{NS}deleted"
VERSION = f"{NS}versionSeen"
"""Of a document: the instant and the evidence of each of its versions, in one text."""
FACET = f"{NS}facet"
PART = f"{NS}part"
TOLD_PROPERTIES = f"{NS}toldProperties"
"""Of a run: the properties that one of its facets gives it."""
NEWEST = f"{NS}newest"
"""Of a part: what else of the run belongs to the lineage of its job."""
STATED = f"{NS}stated"
"""Of a part: what its lineage facets state together."""
JOB = f"{NS}job"
DATASET = f"{NS}dataset"
INPUT = f"{NS}input"
OUTPUT = f"{NS}output"
COLUMNS = f"{NS}columns"
PARENT = f"{NS}parent"
TERMINAL = f"{NS}terminal"
ACTIVE = f"{NS}active"
NAMESPACE = f"{NS}namespace"
NAME = f"{NS}name"

SIGHTS = ("first", "last", "started", "terminal", "active", "parent", "")
"""What an order key is of: the names that ``seen_terms`` takes."""

DIGEST = f"{NS}digest"
FIRST_RUN = f"{NS}firstRun"
LAST_RUN = f"{NS}lastRun"
OPEN_SINCE = f"{NS}openSince"
VIA = f"{NS}via"
ORIGIN = f"{NS}origin"
VALID_FROM = f"{NS}validFrom"
VALID_TO = f"{NS}validTo"
DERIVED = (DIGEST, FIRST_RUN, LAST_RUN, OPEN_SINCE, VIA, ORIGIN, VALID_FROM, VALID_TO)
"""Terms of what follows from runs and facts: edges, and the lineage of jobs over time."""


def seen_terms(name: str) -> tuple[str, str]:
    """The terms of an order key: (instant, evidence)."""
    return (f"{NS}{name}Seen", f"{NS}{name}Evidence") if name else (f"{NS}seen", f"{NS}evidence")


TOLD = frozenset(
    (
        *(
            OF,
            VALUE_KEY,
            VALUE_TEXT,
            DELETED,
            VERSION,
            FACET,
            PART,
            NEWEST,
            TOLD_PROPERTIES,
            STATED,
            JOB,
            DATASET,
            INPUT,
            OUTPUT,
            COLUMNS,
        ),
        *(PARENT, TERMINAL, ACTIVE, NAMESPACE, NAME),
        *(term for name in SIGHTS for term in seen_terms(name)),
    )
)
"""All terms that blocks are told with."""
