"""Lineage relationships as of one instant and of some origins, between alias classes: for walks and impact.

All questions are set-wise: a set of names in, edges out; never one question for each node.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import NamedTuple

from catalog.aliases import Classes, is_dataset
from catalog.graph import Direction, Edge
from catalog.store.port import Reader
from ontology.vocabulary import Rel

COLUMN_RELS = (Rel.FEEDS, Rel.INFLUENCES)
DATASET_RELS = {
    Direction.OUT: (Rel.CONSUMED_BY, Rel.HAD_DERIVATION),
    Direction.IN: (Rel.PRODUCES, Rel.HAD_DERIVATION),
}
"""What leads away from a dataset: to a job, or to a dataset that declares itself derived from it."""


class Column(NamedTuple):
    """One column edge: the class it comes from, the classes it reaches (of a dataset: its known fields)."""

    source: str
    targets: tuple[str, ...]
    edge: Edge


class View:
    """A reader, seen through alias classes. ``edges_read`` counts the lineage edges that were read."""

    def __init__(self, reader: Reader, at: int | None, origins: frozenset[str] | None = None) -> None:
        self.reader = reader
        self.at = at
        self.classes = Classes(reader, at)
        self.edges_read = 0
        self._origins = origins
        self._fields: dict[str, tuple[str, ...]] = {}

    def reads(self, keys: Iterable[str], direction: Direction) -> list[Edge]:
        """CONSUMED_BY edges out of these datasets, or (IN) into these jobs. Closes the datasets found."""
        return self._job_edges(keys, Rel.CONSUMED_BY, direction)

    def writes(self, keys: Iterable[str], direction: Direction) -> list[Edge]:
        """PRODUCES edges out of these jobs, or (IN) into these datasets. Closes the datasets found."""
        return self._job_edges(keys, Rel.PRODUCES, direction)

    def beside(self, datasets: Collection[str], direction: Direction) -> list[Edge]:
        """What leads out of or into these datasets: edges of jobs, and derivations. Closes the datasets found."""
        edges = self._edges(self.classes.keys(datasets), DATASET_RELS[direction], direction)
        self.classes.close_datasets(
            edge.target if direction is Direction.OUT else edge.source
            for edge in edges
            if edge.type == Rel.HAD_DERIVATION
        )
        return edges

    def columns(self, fields: Collection[str], direction: Direction) -> list[Column]:
        """Column edges out of or into these fields. Closes the fields and datasets found."""
        return self._columns_out(fields) if direction is Direction.OUT else self._columns_in(fields)

    def fields(self, datasets: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """The known fields of each class of datasets, sorted."""
        datasets = list(datasets)
        fresh = [name for name in datasets if name not in self._fields]
        if fresh:
            name = self.classes.name
            found: dict[str, set[str]] = defaultdict(set)
            edges = self._edges(self.classes.keys(fresh), (Rel.HAS_FIELD,), Direction.OUT)
            self.classes.close_fields(edge.target for edge in edges)
            for edge in edges:
                found[name(edge.source)].add(name(edge.target))
            self._fields.update({dataset: tuple(sorted(found[dataset])) for dataset in fresh})
        return {dataset: self._fields[dataset] for dataset in datasets}

    def without_columns(
        self, pairs: Collection[tuple[str, str]], read: Iterable[Edge] = ()
    ) -> set[tuple[str, str]]:
        """Those of the pairs (job, dataset it writes) for which the job has told no column lineage.

        ``read``: column edges read before, so that the store is asked only about what they do not tell.
        """
        known = self._fields_of({dataset for _job, dataset in pairs})
        name, home = self.classes.name, self.home
        seen = (edge for edge in read if is_dataset(edge.target) or name(edge.target) in known)
        silent = set(pairs) - {(edge.via, home(edge.target)) for edge in seen}
        datasets = {dataset for _job, dataset in silent}
        keys = self.classes.keys(self._fields_of(datasets) | datasets)
        return silent - {
            (edge.via, home(edge.target)) for edge in self._edges(keys, COLUMN_RELS, Direction.IN)
        }

    def home(self, key: str) -> str | None:
        """The class of datasets that a dataset or field key belongs to."""
        return self.classes.name(key) if is_dataset(key) else self.classes.home(key)

    def _fields_of(self, datasets: Iterable[str]) -> set[str]:
        return {field for fields in self.fields(datasets).values() for field in fields}

    def _job_edges(self, keys: Iterable[str], rel: Rel, direction: Direction) -> list[Edge]:
        edges = self._edges(self.classes.keys(keys), (rel,), direction)
        if (direction is Direction.OUT) == (rel is Rel.PRODUCES):
            self.classes.close_datasets(
                edge.target if direction is Direction.OUT else edge.source for edge in edges
            )
        return edges

    def _columns_out(self, fields: Collection[str]) -> list[Column]:
        edges = self._edges(self.classes.keys(fields), COLUMN_RELS, Direction.OUT)
        name = self.classes.name
        wide = {edge.target for edge in edges if edge.type == Rel.INFLUENCES and is_dataset(edge.target)}
        self.classes.close_datasets(wide)
        known = self.fields({name(dataset) for dataset in wide}) if wide else {}
        self.classes.close_fields(edge.target for edge in edges if edge.target not in wide)
        return [
            Column(
                name(edge.source),
                known[name(edge.target)] if edge.target in wide else (name(edge.target),),
                edge,
            )
            for edge in edges
        ]

    def _columns_in(self, fields: Collection[str]) -> list[Column]:
        name = self.classes.name
        known: dict[str, set[str]] = defaultdict(set)
        direct: list[Edge] = []
        for edge in self._edges(self.classes.keys(fields), (*COLUMN_RELS, Rel.HAS_FIELD), Direction.IN):
            if edge.type == Rel.HAS_FIELD:
                known[name(edge.source)].add(name(edge.target))
            else:
                direct.append(edge)
        wide = self._edges(self.classes.keys(known), (Rel.INFLUENCES,), Direction.IN) if known else []
        self.classes.close_fields(edge.source for edge in direct)
        self.classes.close_fields(edge.source for edge in wide)
        targets = {dataset: tuple(sorted(fields)) for dataset, fields in known.items()}
        return [Column(name(edge.source), (name(edge.target),), edge) for edge in direct] + [
            Column(name(edge.source), targets[name(edge.target)], edge) for edge in wide
        ]

    def _edges(self, keys: Collection[str], rels: tuple[Rel, ...], direction: Direction) -> list[Edge]:
        if not keys:
            return []
        edges = self.reader.edges(keys, rels, direction, self.at)
        if self._origins is not None:
            origins = self._origins
            edges = [edge for edge in edges if edge.type == Rel.HAS_FIELD or edge.origin in origins]
        self.edges_read += len(edges)
        return edges
