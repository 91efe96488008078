"""A finding: where what is declared and what is observed differ, who is to be told, and what to do about it."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from catalog.canonical import digest, encode
from catalog.fold.edges import told_by_document
from catalog.graph import Edge


class FindingKind(StrEnum):
    """What differs (docs/findings.md)."""

    UNDECLARED_INPUT = "undeclared-input"
    PORT_WITHOUT_DATA = "port-without-data"
    SCHEMA_DRIFT = "schema-drift"
    INTERNAL_READ = "internal-read"
    PRODUCT_WITHOUT_RUNS = "product-without-runs"
    AGREEMENT_WITHOUT_USE = "agreement-without-use"
    USE_WITHOUT_AGREEMENT = "use-without-agreement"
    OWNERSHIP_CONFLICT = "ownership-conflict"
    CONTRACT_VERSION_UNKNOWN = "contract-version-unknown"
    SOURCE_CONFLICT = "source-conflict"
    UNKNOWN_REFERENCE = "unknown-reference"
    DEPRECATED_IN_USE = "deprecated-in-use"


class FindingSeverity(StrEnum):
    """How much it matters."""

    INFO = "INFO"
    WARN = "WARN"
    ERROR = "ERROR"


SEVERITY_RANK = {FindingSeverity.INFO: 0, FindingSeverity.WARN: 1, FindingSeverity.ERROR: 2}
"""The worse, the greater."""


@dataclass(frozen=True, slots=True)
class Proof:
    """One piece of evidence: a sentence, the keys of what it is about, the edges behind it."""

    text: str
    keys: tuple[str, ...] = ()
    edges: tuple[Edge, ...] = ()

    @property
    def documents(self) -> tuple[str, ...]:
        """The keys of the documents and curations that tell it, sorted."""
        return tuple(sorted({edge.via for edge in self.edges if told_by_document(edge)}))


@dataclass(frozen=True, slots=True)
class Finding:
    """``id`` stays the same while the cause stays: it is made of the kind and the keys of the cause.

    ``subject``: the key of what the finding is about; ``product`` and ``domain``: whose matter it is, ``domains``: that
    domain and those above it, ``concerns``: the other products that it touches. ``since``: since when it is so
    (nanoseconds), as far as the evidence tells. ``tell``: the keys of the teams and people who answer for it.
    """

    id: str
    kind: FindingKind
    severity: FindingSeverity
    subject: str
    product: str | None
    domain: str | None
    message: str
    remedy: str
    since: int | None
    evidence: tuple[Proof, ...]
    tell: tuple[str, ...]
    concerns: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()

    @property
    def position(self) -> str:
        """Where it stands in a list: the worst first, then by kind and id."""
        return f"{9 - SEVERITY_RANK[self.severity]}:{self.kind}:{self.id}"


def finding_id(kind: FindingKind, *cause: str) -> str:
    """The id of a finding of this cause: the keys that make it, in a fixed order."""
    return digest(encode([kind, *cause]))


@dataclass(frozen=True, slots=True)
class FindingFilter:
    """Which findings: None is any. ``product``: also those that only concern it; ``domain``: also those of its parts;
    ``severity`` is the least."""

    product: str | None = None
    domain: str | None = None
    kinds: Collection[FindingKind] | None = None
    severity: FindingSeverity | None = None

    def accepts(self, finding: Finding) -> bool:
        """Whether a finding is among them."""
        return (
            (self.product is None or self.product in (finding.product, *finding.concerns))
            and (self.domain is None or self.domain in finding.domains)
            and (self.kinds is None or finding.kind in self.kinds)
            and (self.severity is None or SEVERITY_RANK[finding.severity] >= SEVERITY_RANK[self.severity])
        )
