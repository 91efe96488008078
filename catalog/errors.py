"""Errors of the catalog.

    CatalogError
    ├── StoreError
    │   ├── UnknownStoreUrl      the URL names no store we know
    │   ├── NotOurStore          the file or database holds something else, or a newer form
    │   ├── OntologyChanged      the store was made with an older or other ontology: `meshline migrate`
    │   ├── NewerOntology        the store was made with a newer ontology, or by newer folds
    │   ├── NamingChanged        the store was made with other naming rules
    │   ├── PrecedenceChanged    the store was made with another precedence of sources
    │   ├── ReplayNeeded         the graph has to be made anew from its log: `meshline replay`
    │   └── StoreUnavailable     the store does not answer now; trying again later may work
    │       └── Frozen           its graph is being made anew; reads go on
    ├── Refused                  an entry that must not be kept beside what is in force
    │   ├── Overtaken            somebody else was faster
    │   └── PolicyViolated       it makes something fail a policy that blocks
    │       └── NotActivated     a product may not be active yet
    ├── Conflict                 a change of a version that is not in force any more
    │   ├── TakesOver            a document gives a product of another document another owner or domain
    │   └── Orphans              a document leaves out what others depend on
    ├── InvalidNaming            a file of naming rules that cannot be taken
    ├── InvalidPrecedence        a file of precedence that cannot be taken
    ├── UnknownNode              a key, dataset, job or field that the graph does not hold
    └── InvalidQuery             a question outside its bounds
        └── SeveralFit           a name that several things have

Each has a ``code``, a message and a ``hint`` that says what to do; docs/errors.md has a heading for each code.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from catalog.curated import Curated
    from catalog.governance.verdict import Verdict
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Against:
    """What stands against an entry: the node that it is about, and a sentence."""

    key: str
    message: str


class CatalogError(Exception):
    """Base of all errors of the catalog."""

    code = "catalog"

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class StoreError(CatalogError):
    code = "store"


class UnknownStoreUrl(StoreError):
    code = "unknown-store-url"


class NotOurStore(StoreError):
    code = "not-our-store"


class OntologyChanged(StoreError):
    code = "ontology-changed"


class NewerOntology(StoreError):
    code = "newer-ontology"


class ReplayNeeded(StoreError):
    code = "replay-needed"

    def __init__(
        self,
        message: str,
        hint: str = "Run `meshline migrate`.",
    ) -> None:
        super().__init__(message, hint)


class NamingChanged(StoreError):
    code = "naming-changed"


class PrecedenceChanged(StoreError):
    code = "precedence-changed"


class StoreUnavailable(StoreError):
    code = "store-unavailable"


class Frozen(StoreUnavailable):
    code = "frozen"

    def __init__(
        self, message: str, hint: str = "Try again later; if no replay is under way, run `meshline replay`."
    ) -> None:
        super().__init__(message, hint)


class Refused(CatalogError):
    """What the graph has in force stands against an entry: nothing of it was kept. Found where the entry would be
    written, after all that it touches is locked. ``against``: what stands against it, one by one."""

    code = "refused"

    def __init__(self, message: str, hint: str = "", against: Sequence[Against] = ()) -> None:
        super().__init__(message, hint)
        self.against = tuple(against)


class TakesOver(Refused):
    code = "takes-over"


class Orphans(Refused):
    code = "orphans"


class PolicyViolated(Refused):
    """An entry that makes something fail a policy that blocks. ``verdicts``: what the policies say."""

    code = "policy-violated"

    def __init__(
        self, message: str, hint: str, against: Sequence[Against], verdicts: Sequence["Verdict"]
    ) -> None:
        super().__init__(message, hint, against)
        self.verdicts = tuple(verdicts)


class NotActivated(PolicyViolated):
    code = "not-activated"


class Overtaken(Refused):
    code = "overtaken"


class Conflict(CatalogError):
    """``now``: the version in force."""

    code = "conflict"

    def __init__(self, now: "Curated") -> None:
        message = f"The {now.curation} has the version {now.version} now."
        super().__init__(message, "Look at what it is now, and change that version.")
        self.now = now


class InvalidNaming(CatalogError):
    """``problems``: all that is wrong with the file ``source``."""

    code = "invalid-naming"

    def __init__(self, problems: Sequence[str], source: str) -> None:
        super().__init__(f"{source}: {' '.join(problems)}", "docs/aliases.md shows what such a file may say.")
        self.problems = tuple(problems)


class InvalidPrecedence(CatalogError):
    """``problems``: all that is wrong with the file ``source``."""

    code = "invalid-precedence"

    def __init__(self, problems: Sequence[str], source: str) -> None:
        super().__init__(f"{source}: {' '.join(problems)}", "docs/import.md shows what such a file may say.")
        self.problems = tuple(problems)


class UnknownNode(CatalogError):
    code = "unknown-node"


class InvalidQuery(CatalogError):
    code = "invalid-query"


class SeveralFit(InvalidQuery):
    """A name that several things have."""

    code = "several-fit"
