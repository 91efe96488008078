"""Nodes and edges as the store port carries them: structs of msgspec, which are made and compared in C."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeAlias

import msgspec

from catalog.canonical import digest, encode
from catalog.lazy import lazy

Scalar: TypeAlias = str | int | bool
Property: TypeAlias = Scalar | list[str]


class Direction(StrEnum):
    """OUT follows edges the way data flows (downstream), IN against it."""

    OUT = "OUT"
    IN = "IN"
    BOTH = "BOTH"


class Node(msgspec.Struct, frozen=True, gc=False):
    """A node: its key (the IRI behind the base), its ontology label and its properties (absent, never null)."""

    key: str
    label: str
    properties: Mapping[str, Property] = msgspec.field(default_factory=dict)


class Edge(msgspec.Struct, frozen=True, dict=True):
    """One stretch of validity of one relationship, told by one history.

    ``via`` is the key of the job, dataset, run or field whose history gives the edge, ``origin`` how it is known.
    Valid in [valid_from, valid_to); None is unbounded. Times are nanoseconds since the epoch.
    """

    type: str
    source: str
    target: str
    via: str
    origin: str
    properties: tuple[tuple[str, Scalar], ...] = ()
    valid_from: int | None = None
    valid_to: int | None = None

    @lazy
    def spec(self) -> "EdgeSpec":
        """What the edge is, without when."""
        return EdgeSpec(self.type, self.source, self.target, self.properties)

    @lazy
    def id(self) -> str:
        """Address of the stretch: all but its end, so that ending it updates it."""
        parts = [self.type, self.source, self.target, self.via, self.origin, self.properties, self.valid_from]
        return digest(encode(parts))

    def holds_at(self, instant: int | None) -> bool:
        """Whether the edge is valid at an instant; None asks for now: edges that have not ended."""
        if instant is None:
            return self.valid_to is None
        return (self.valid_from is None or self.valid_from <= instant) and (
            self.valid_to is None or instant < self.valid_to
        )


class EdgeSpec(msgspec.Struct, frozen=True, order=True, gc=False):
    """A relationship without its validity: what a value of a history stands for."""

    type: str
    source: str
    target: str
    properties: tuple[tuple[str, Scalar], ...] = ()
