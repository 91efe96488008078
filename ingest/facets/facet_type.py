"""What is known of one kind of facet: where it may stand, and what becomes of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeAlias

from ingest.problems import Problems

Read: TypeAlias = Callable[[dict[str, Any], str, Problems], Mapping[str, str | None]]
"""(facet, JSON path, problems) → values by key, as a sighting of a dataset or job has them."""


def checked(read: Callable[[dict[str, Any], str, Problems], object]) -> Read:
    """A reader that gives no values: its problems are told when the facet comes, its content when it is asked for."""

    def values(facet: dict[str, Any], path: str, problems: Problems) -> Mapping[str, str | None]:
        read(facet, path, problems)
        return {}

    return values


class Entity(StrEnum):
    """What a facet may be of: the five places for facets in an event."""

    RUN = "run"
    JOB = "job"
    DATASET = "dataset"
    INPUT = "input"
    OUTPUT = "output"


class Level(StrEnum):
    """How far a facet is understood. Each level has those below it: every facet is stored."""

    STRUCTURE = "structure"
    """It becomes nodes and edges."""
    PROPERTIES = "properties"
    """It becomes typed properties, or typed answers."""
    STORED = "stored"
    """It is kept as sent, and given back."""


@dataclass(frozen=True, slots=True)
class FacetType:
    """One facet slot. ``version``: the newest of the specification; None for a place that it does not have.

    ``read`` gives values to the history of a dataset or job, under the keys ``gives`` (they go when the facet goes);
    of a run they are properties, but for those that belong to the lineage of its job.
    It is None for a facet that is kept alone, or that is read with its run or its event, which it needs to be
    understood.
    """

    entity: Entity
    key: str
    version: str | None
    level: Level
    becomes: str
    read: Read | None = None
    gives: tuple[str, ...] = ()
