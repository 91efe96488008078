"""The questions of the command line, whoever answers: a store (``api.local``) or a service (``api.remote``)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from api.answers import (
    AliasAnswer,
    AliasConflict,
    CommandAnswer,
    DiffAnswer,
    FindingsAnswer,
    LineageAnswer,
    SearchAnswer,
)
from api.impact_answer import ImpactAnswer
from catalog.graph import Direction
from catalog.mesh.finding import FindingKind, FindingSeverity
from catalog.walks import Level

if TYPE_CHECKING:
    from api.impact_question import ImpactQuestion

WAYS = {Direction.OUT: "DOWNSTREAM", Direction.IN: "UPSTREAM", Direction.BOTH: "BOTH"}
"""Directions as people and GraphQL say them."""


@dataclass(frozen=True, slots=True)
class Found:
    """A node that exists, as far as resolving a name needs it."""

    key: str
    kind: str
    namespace: str
    name: str


@dataclass(frozen=True, slots=True)
class LineageQuestion:
    """What a lineage is asked about; ``at`` in nanoseconds, None is now."""

    roots: tuple[str, ...]
    direction: Direction
    level: Level
    depth: int | None = None
    at: int | None = None


@dataclass(frozen=True, slots=True)
class FindingsQuestion:
    """Which findings are asked for: of a product or domain (key, id or name), of kinds, at least so severe; ``at`` in
    nanoseconds, None is now."""

    product: str | None = None
    domain: str | None = None
    kinds: tuple[FindingKind, ...] = ()
    severity: FindingSeverity | None = None
    at: int | None = None


class Catalogue(Protocol):
    """Who answers. Raises CatalogError or ServiceError."""

    def existing(self, keys: Collection[str]) -> Mapping[str, Found]:
        """Those of the keys that exist."""

    def named(self, name: str, kinds: Collection[str]) -> list[Found]:
        """Nodes of the kinds with exactly this name, at most some dozens."""

    def search(
        self,
        text: str,
        kinds: Collection[str],
        namespace: str | None,
        first: int,
        dropped: bool | None = None,
    ) -> SearchAnswer:
        """Nodes whose words begin with those of the text; ``dropped``: only those that were, or that were not."""

    def commands(self, *, superseded: bool) -> list[CommandAnswer]:
        """The commands of operators that are in force, the oldest first; also those that are ``superseded``."""

    def aliases(self, key: str, at: int | None) -> AliasAnswer:
        """The names of a dataset, with the links between them, at an instant (nanoseconds; None: now)."""

    def alias_conflicts(self) -> list[AliasConflict]:
        """What is kept apart though links would join it, in the whole graph."""

    def lineage(self, question: LineageQuestion) -> LineageAnswer:
        """What the roots lead to or come from."""

    def lineage_diff(self, question: LineageQuestion, since: int) -> DiffAnswer:
        """What changed of it from ``since`` to the time of the question."""

    def impact(self, question: "ImpactQuestion") -> ImpactAnswer:
        """What a proposal reaches: all counted, the worst of what is asked for listed. Raises Rejected too."""

    def findings(self, question: FindingsQuestion, first: int) -> FindingsAnswer:
        """Where what is declared and what is observed differ: all counted, the worst ``first`` of them listed."""
