"""What changed between two times: of a lineage its edges, of what it reached the schemas and the facets.

Both sides are walks and facts as of an instant, so what is told of the past is told by the histories, as ever.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeAlias, TypeVar

from catalog import state
from catalog.aliases import dataset_of
from catalog.fold.edges import FIELDS
from catalog.identity import kind_of
from catalog.lineage import Lineage, LineageEdge
from catalog.state import Fact
from catalog.statement import FieldSpec
from catalog.store.port import Reader

MAX_COMPARED = 1000
"""Of how many datasets and jobs the schemas and facets are compared, the nearest first."""

T = TypeVar("T")
P = TypeVar("P", tuple[str, str], tuple[str, str, str, str, str])


class Change(StrEnum):
    """What became of a thing between two times."""

    CAME = "CAME"
    WENT = "WENT"
    CHANGED = "CHANGED"


@dataclass(frozen=True, slots=True)
class Changed(Generic[P, T]):
    """A thing at a place, as it was and as it became; None: it was not there."""

    place: P
    before: T | None
    after: T | None

    @property
    def change(self) -> Change:
        if self.before is None:
            return Change.CAME
        return Change.WENT if self.after is None else Change.CHANGED


EdgePlace: TypeAlias = tuple[str, str, str, str, str]
"""Source, target, job, dataset and kind of an edge; empty for what it has not."""
Part: TypeAlias = tuple[str, str]
"""A dataset or job, and its field or facet."""


@dataclass(frozen=True, slots=True)
class FactChanges:
    """By thing and name. ``left_out``: how many things were not compared."""

    fields: tuple[Changed[Part, FieldSpec], ...]
    facets: tuple[Changed[Part, Fact], ...]
    left_out: int


def edge_changes(before: Lineage, after: Lineage) -> list[Changed[EdgePlace, LineageEdge]]:
    """The edges that came, went, or that are told otherwise: by other origins, with other transformations."""
    return _changed(
        {edge_place(edge): edge for edge in before.edges},
        {edge_place(edge): edge for edge in after.edges},
        lambda edge: (edge.transformations, edge.origins),
    )


def edge_place(edge: LineageEdge) -> EdgePlace:
    """What tells an edge from others of a lineage."""
    return (edge.source, edge.target, edge.job or "", edge.dataset or "", edge.kind or "")


def reached(before: Lineage, after: Lineage) -> list[str]:
    """The datasets and jobs of both, under all their names, the nearest first; those of fields in their stead."""
    hops: dict[str, int] = {}
    for node in (*before.nodes, *after.nodes):
        for name in (node.key, *node.aliases):
            home = dataset_of(name) if kind_of(name) == "field" else name
            if home is not None:
                hops[home] = min(node.hops, hops.get(home, node.hops))
    return sorted(hops, key=lambda key: (hops[key], key))


def fact_changes(reader: Reader, keys: Collection[str], since: int | None, until: int | None) -> FactChanges:
    """How the schemas and facets of datasets and jobs changed; None: now."""
    wanted = list(keys)[:MAX_COMPARED]
    before, after = (state.facts(reader, wanted, at) for at in (since, until))
    fields = _changed(_fields(before), _fields(after), lambda field: field)
    facets = _changed(_facets(before), _facets(after), lambda fact: fact.text)
    return FactChanges(tuple(fields), tuple(facets), len(keys) - len(wanted))


def _fields(found: Mapping[str, Mapping[str, Fact]]) -> dict[Part, FieldSpec]:
    return {
        (key, field.path): field
        for key, facts in found.items()
        if FIELDS in facts
        for field in state.fields(facts[FIELDS])
    }


def _facets(found: Mapping[str, Mapping[str, Fact]]) -> dict[Part, Fact]:
    return {(key, name): fact for key, facts in found.items() for name, fact in state.facets(facts).items()}


Comparable: TypeAlias = Callable[[T], object]


def _changed(before: Mapping[P, T], after: Mapping[P, T], shown: Comparable[T]) -> list[Changed[P, T]]:
    return [
        Changed(place, before.get(place), after.get(place))
        for place in sorted(before.keys() | after.keys())
        if place not in before or place not in after or shown(before[place]) != shown(after[place])
    ]
