"""What a store says of the ontology, rules and folds that made it, and whether this Meshline may use it."""

import re
from dataclasses import dataclass, replace
from typing import Self

from catalog.errors import NamingChanged, NewerOntology, OntologyChanged, PrecedenceChanged, ReplayNeeded
from catalog.naming.rules import naming
from catalog.precedence import precedence
from ontology.model import GraphModel

PROJECTION = 2
"""Raised when the folds write something else for the same log entries: then a graph has to be made anew."""

BEFORE_MARKS = "0.1"
"""The version of the ontology of stores that do not say theirs."""

_SHOWN_DIGITS = 8


@dataclass(frozen=True, slots=True)
class StoreMark:
    """``version`` and ``digest`` of an ontology with its extensions, the digests of these, the ``projection`` number of
    the folds, and the digests of the ``naming`` rules and of the ``precedence`` of sources."""

    version: str
    digest: str
    projection: int
    extensions: tuple[str, ...] = ()
    naming: str = ""
    precedence: str = ""

    @classmethod
    def of(cls, model: GraphModel) -> Self:
        """The mark of a store that is made now."""
        shaped = naming().digest, precedence().digest
        return cls(model.version, model.digest, PROJECTION, model.extensions, *shaped)

    @property
    def ontology(self) -> tuple[str, str, tuple[str, ...]]:
        """The words, without how a graph is made."""
        return self.version, self.digest, self.extensions

    def around_graph_of(self, other: "StoreMark | None") -> "StoreMark":
        """The mark of a store of this ontology whose graph another has made; None: this one."""
        if other is None:
            return self
        return replace(self, projection=other.projection, naming=other.naming, precedence=other.precedence)

    def require(self, ours: "StoreMark") -> None:
        """Raises NewerOntology, OntologyChanged, ReplayNeeded, NamingChanged or PrecedenceChanged unless the store is
        as we make it."""
        self.refuse_newer(ours)
        if (self.version, self.digest) != (ours.version, ours.digest):
            hint = "Stop what uses it, make a copy, then run `meshline migrate`."
            if self.extensions != ours.extensions:
                hint = f"Set MESHLINE_ONTOLOGY as it was; if it is to be another: {hint[0].lower()}{hint[1:]}"
            raise OntologyChanged(f"The store was made with {self}, this Meshline has {ours}.", hint)
        self.require_projection(ours)
        self.require_naming(ours)
        self.require_precedence(ours)

    def refuse_newer(self, ours: "StoreMark") -> None:
        """Raises NewerOntology."""
        newer = _numbers(self.version) > _numbers(ours.version)
        if newer or self.projection > ours.projection:
            raise NewerOntology(
                f"The store was made with {self} and projection {self.projection}, "
                f"this Meshline has {ours} and projection {ours.projection}.",
                "Use a newer Meshline, or another store.",
            )

    def require_projection(self, ours: "StoreMark") -> None:
        """Raises ReplayNeeded for a graph that older folds have made."""
        if self.projection < ours.projection:
            raise ReplayNeeded(
                f"The graph of the store was made by projection {self.projection}, "
                f"this Meshline has projection {ours.projection}."
            )

    def require_naming(self, ours: "StoreMark") -> None:
        """Raises NamingChanged for a graph in which other naming rules have linked names."""
        if self.naming != ours.naming:
            raise NamingChanged(
                f"The graph of the store was made with naming rules {self.naming[:_SHOWN_DIGITS]}, "
                f"this Meshline has {ours.naming[:_SHOWN_DIGITS]} in force.",
                "Set MESHLINE_NAMING as it was; or run `meshline migrate`, which makes the graph anew by these.",
            )

    def require_precedence(self, ours: "StoreMark") -> None:
        """Raises PrecedenceChanged for a graph in which another precedence of sources was in force."""
        if self.precedence != ours.precedence:
            shown = [one[:_SHOWN_DIGITS] or "none" for one in (self.precedence, ours.precedence)]
            raise PrecedenceChanged(
                f"The graph of the store was made with precedence {shown[0]}, this Meshline has {shown[1]} in force.",
                "Set MESHLINE_PRECEDENCE as it was; or run `meshline migrate`, which makes the graph anew by this one.",
            )

    def __str__(self) -> str:
        count = len(self.extensions)
        extended = f" with {count} extension{'s' if count > 1 else ''}" if count else ""
        return f"ontology {self.version}{extended} ({self.digest[:_SHOWN_DIGITS]})"


def _numbers(version: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", version)]
