"""What lies next to datasets and fields under any of their names: other names, jobs, column edges; set-wise."""

from collections import defaultdict
from collections.abc import Collection

from catalog.aliases import shown_first
from catalog.graph import Direction
from catalog.lineage_view import Column, View
from catalog.store.port import Reader
from ontology.vocabulary import Rel


def names_of(reader: Reader, datasets: Collection[str], at: int | None = None) -> dict[str, tuple[str, ...]]:
    """All names of each dataset, the one to show first; only of those that have another name."""
    classes = View(reader, at).classes
    classes.close_datasets(datasets)
    many = {classes.name(key) for key in datasets if len(classes.members(classes.name(key))) > 1}
    shown = shown_first(reader, [classes.members(name) for name in many], at)
    return {key: shown[classes.name(key)] for key in datasets if classes.name(key) in many}


def jobs_beside(
    reader: Reader, datasets: Collection[str], rel: Rel, at: int | None = None
) -> dict[str, tuple[str, ...]]:
    """The jobs that read (CONSUMED_BY) or write (PRODUCES) each dataset, sorted."""
    view = View(reader, at)
    view.classes.close_datasets(datasets)
    name = view.classes.name
    found: dict[str, set[str]] = defaultdict(set)
    names = {name(key) for key in datasets}
    if rel is Rel.CONSUMED_BY:
        for edge in view.reads(names, Direction.OUT):
            found[name(edge.source)].add(edge.target)
    else:
        for edge in view.writes(names, Direction.IN):
            found[name(edge.target)].add(edge.source)
    return {key: tuple(sorted(found[name(key)])) for key in datasets}


def columns_beside(
    reader: Reader, fields: Collection[str], direction: Direction, at: int | None = None
) -> dict[str, list[Column]]:
    """The column edges out of (OUT) or into (IN) each field."""
    view = View(reader, at)
    view.classes.close_fields(fields)
    name = view.classes.name
    found: dict[str, list[Column]] = defaultdict(list)
    for column in view.columns({name(key) for key in fields}, direction):
        near = (column.source,) if direction is Direction.OUT else column.targets
        for key in near:
            found[key].append(column)
    return {key: found[name(key)] for key in fields}
