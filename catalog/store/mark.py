"""What a store says of the ontology, naming rules and folds that made it, and whether this Meshline may use it."""

import re
from dataclasses import dataclass, replace
from typing import Self

from catalog.errors import NamingChanged, NewerOntology, OntologyChanged, ReplayNeeded
from catalog.naming.rules import naming
from ontology.model import GraphModel

PROJECTION = 2
"""Raised when the folds write something else for the same log entries: then a graph has to be made anew."""

BEFORE_MARKS = "0.1"
"""The version of the ontology of stores that do not say theirs."""

_SHOWN_DIGITS = 8


@dataclass(frozen=True, slots=True)
class StoreMark:
    """``version`` and ``digest`` of an ontology with its extensions, the digests of these, the ``projection`` number of
    the folds, and the digest of the ``naming`` rules."""

    version: str
    digest: str
    projection: int
    extensions: tuple[str, ...] = ()
    naming: str = ""

    @classmethod
    def of(cls, model: GraphModel) -> Self:
        """The mark of a store that is made now."""
        return cls(model.version, model.digest, PROJECTION, model.extensions, naming().digest)

    @property
    def ontology(self) -> tuple[str, str, tuple[str, ...]]:
        """The words, without how a graph is made."""
        return self.version, self.digest, self.extensions

    def around_graph_of(self, other: "StoreMark | None") -> "StoreMark":
        """The mark of a store of this ontology whose graph another has made; None: this one."""
        return self if other is None else replace(self, projection=other.projection, naming=other.naming)

    def require(self, ours: "StoreMark") -> None:
        """Raises NewerOntology, OntologyChanged, ReplayNeeded or NamingChanged unless the store is as we make it."""
        self.refuse_newer(ours)
        if (self.version, self.digest) != (ours.version, ours.digest):
            hint = "Stop what uses it, make a copy, then run `meshline migrate`."
            if self.extensions != ours.extensions:
                hint = f"Set MESHLINE_ONTOLOGY as it was; if it is to be another: {hint[0].lower()}{hint[1:]}"
            raise OntologyChanged(f"The store was made with {self}, this Meshline has {ours}.", hint)
        self.require_projection(ours)
        self.require_naming(ours)

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

    def __str__(self) -> str:
        count = len(self.extensions)
        extended = f" with {count} extension{'s' if count > 1 else ''}" if count else ""
        return f"ontology {self.version}{extended} ({self.digest[:_SHOWN_DIGITS]})"


def _numbers(version: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", version)]
