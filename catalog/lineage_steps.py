"""One hop of a walk at each level, for a whole frontier at once.

A hop is counted in what the level is about. FIELD: field to field. DATASET: dataset to dataset; the job
between belongs to the hop of what it leads to. JOB: job to job, through a dataset.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from enum import StrEnum
from typing import NamedTuple, Protocol, TypeAlias

from msgspec.structs import replace

from catalog.aliases import is_dataset, is_job
from catalog.fold.edges import told_by_document
from catalog.graph import Direction, Edge
from catalog.lineage_view import JOB_EDGES, Column, View, is_explicit
from ontology.vocabulary import Rel

MAX_LINKS = 200_000

EdgesOf: TypeAlias = Callable[[Iterable[str], Direction], list[Edge]]


class Level(StrEnum):
    """What a walk goes between."""

    FIELD = "FIELD"
    DATASET = "DATASET"
    JOB = "JOB"


class Kind(StrEnum):
    """How a column is used: its value (DIRECT), or as filter, join, group, window or sort (INDIRECT)."""

    DIRECT = "DIRECT"
    INDIRECT = "INDIRECT"


class Link(NamedTuple):
    """One edge of an answer, by names of classes. ``dataset`` is what two jobs share, at level JOB."""

    source: str
    target: str
    job: str | None
    dataset: str | None
    kind: Kind | None


class Links:
    """The links found, each with the edges that tell it. Bounded: ``full`` says that some were left out."""

    def __init__(self, limit: int = MAX_LINKS) -> None:
        self.told: dict[Link, list[Edge]] = {}
        self.full = False
        self._limit = limit

    def add(self, link: Link, edge: Edge) -> None:
        edges = self.told.get(link)
        if edges is not None:
            edges.append(edge)
        elif len(self.told) < self._limit:
            self.told[link] = [edge]
        else:
            self.full = True


class Step(Protocol):
    """A hop at one level."""

    def start(self, roots: Collection[str]) -> set[str]:
        """The names at hop 0, for roots of any level."""

    def expand(self, frontier: Collection[str]) -> set[str]:
        """All names one hop from the frontier, seen before or not; the links to them are kept."""


class DatasetStep:
    """dataset → job → dataset; and dataset → dataset where it is stated, by a job or without one, what comes from what.

    An output whose sources a job states is reached from those past the job, and through it only where the job itself is
    a root. A job that data is passed to leads on to what it writes, within the same hop.
    """

    def __init__(self, view: View, direction: Direction, links: Links) -> None:
        self._view = view
        self._direction = direction
        self._links = links
        self._jobs: set[str] = set()
        self._roots: set[str] = set()

    def start(self, roots: Collection[str]) -> set[str]:
        self._roots = set(filter(is_job, roots))
        return start_datasets(self._view, roots)

    def expand(self, frontier: Collection[str]) -> set[str]:
        direction = self._direction
        beside = self._view.beside([name for name in frontier if is_dataset(name)], direction)
        ahead = self._link(beside)
        jobs = {_far(edge, direction) for edge in beside if edge.type in JOB_EDGES and not is_explicit(edge)}
        jobs |= self._roots & set(frontier)
        while jobs := jobs - self._jobs:
            self._jobs |= jobs
            onwards = [edge for edge in self._view.onwards(jobs, direction) if self._leads_on(edge)]
            ahead |= self._link(onwards)
            jobs = {_far(edge, direction) for edge in onwards if edge.type == Rel.PASSES_DATA_TO}
        return ahead

    def _leads_on(self, edge: Edge) -> bool:
        return not is_explicit(edge) or edge.source in self._roots

    def _link(self, edges: list[Edge]) -> set[str]:
        name = self._view.classes.name
        for edge in edges:
            self._links.add(Link(name(edge.source), name(edge.target), _job_between(edge), None, None), edge)
        return {name(_far(edge, self._direction)) for edge in edges}


class JobStep:
    """job → job, through a dataset that one writes and the other reads."""

    def __init__(self, view: View, direction: Direction, links: Links) -> None:
        self._view = view
        self._direction = direction
        self._links = links
        self._ahead: dict[str, list[Edge]] = {}

    def start(self, roots: Collection[str]) -> set[str]:
        return start_datasets(self._view, roots)

    def expand(self, frontier: Collection[str]) -> set[str]:
        name, direction = self._view.classes.name, self._direction
        near, _far_side = _sides(self._view, direction)
        onwards = self._view.onwards([job for job in frontier if is_job(job)], direction)
        behind = [edge for edge in onwards if edge.type != Rel.PASSES_DATA_TO]
        passed = [edge for edge in onwards if edge.type == Rel.PASSES_DATA_TO]
        for edge in passed:
            self._links.add(Link(edge.source, edge.target, _job_between(edge), None, None), edge)
        roots = {dataset for dataset in frontier if is_dataset(dataset)}
        datasets = {name(_far(edge, direction)) for edge in behind} | roots
        fresh = datasets - self._ahead.keys()
        self._ahead.update({dataset: [] for dataset in fresh})
        for edge in near(fresh, direction):
            self._ahead[name(_near(edge, direction))].append(edge)
        for dataset in sorted(roots):
            for edge in self._ahead[dataset]:
                link = Link(name(edge.source), name(edge.target), _far(edge, direction), dataset, None)
                self._links.add(link, edge)
        for edge in behind:
            self._pair(edge, name(_far(edge, direction)))
        met = {_far(edge, direction) for dataset in datasets for edge in self._ahead[dataset]}
        return met | {_far(edge, direction) for edge in passed}

    def _pair(self, edge: Edge, dataset: str) -> None:
        if self._links.full:
            return
        for other in self._ahead[dataset]:
            writes, reads = (edge, other) if self._direction is Direction.OUT else (other, edge)
            link = Link(writes.source, reads.target, None, dataset, None)
            for told in _both(writes, reads):
                self._links.add(link, told)


class FieldStep:
    """field → field, by FEEDS and INFLUENCES; an influence on a dataset is one on its known fields."""

    def __init__(self, view: View, direction: Direction, links: Links) -> None:
        self._view = view
        self._direction = direction
        self._links = links
        self.empty: set[str] = set()
        self.homes: set[str] = set()

    def start(self, roots: Collection[str]) -> set[str]:
        """Fields; of datasets their known fields; of jobs those of what they write (OUT) or read (IN)."""
        view, name = self._view, self._view.classes.name
        fields = {root for root in roots if not is_dataset(root) and not is_job(root)}
        datasets = {root for root in roots if is_dataset(root)}
        _near_side, far = _sides(view, self._direction)
        datasets |= {_far(edge, self._direction) for edge in far(filter(is_job, roots), self._direction)}
        view.classes.close_datasets(datasets)
        view.classes.close_fields(fields)
        known = view.fields({name(dataset) for dataset in datasets})
        self.homes |= known.keys()
        self.empty |= {dataset for dataset, fields in known.items() if not fields}
        return {name(field) for field in fields}.union(*known.values())

    def expand(self, frontier: Collection[str]) -> set[str]:
        self.homes.update(home for field in frontier if (home := self._view.home(field)) is not None)
        reached: set[str] = set()
        spread: set[tuple[str, ...]] = set()
        for column in self._view.columns(frontier, self._direction):
            for link in self._links_of(column):
                self._links.add(link, column.edge)
            if self._direction is Direction.IN:
                reached.add(column.source)
            elif column.targets not in spread:
                spread.add(column.targets)
                reached.update(column.targets)
        return reached

    def _links_of(self, column: Column) -> Iterator[Link]:
        if self._links.full:
            return
        job = column.edge.via if is_job(column.edge.via) else None
        kind = kind_of(column.edge)
        for target in column.targets:
            yield Link(column.source, target, job, None, kind)


def start_datasets(view: View, roots: Collection[str]) -> set[str]:
    """The classes of datasets and of the datasets of fields, and jobs."""
    fields = {root for root in roots if not is_dataset(root) and not is_job(root)}
    view.classes.close_datasets(filter(is_dataset, roots))
    view.classes.close_fields(fields)
    homes = {home for field in fields if (home := view.classes.home(field)) is not None}
    return {view.classes.name(root) for root in roots if root not in fields} | homes


_FEEDS, _DIRECT, _INDIRECT = str(Rel.FEEDS), Kind.DIRECT, Kind.INDIRECT


def kind_of(edge: Edge) -> Kind:
    """DIRECT for FEEDS, INDIRECT for INFLUENCES."""
    return _DIRECT if edge.type == _FEEDS else _INDIRECT


STEPS: dict[Level, type[DatasetStep] | type[JobStep] | type[FieldStep]] = {
    Level.FIELD: FieldStep,
    Level.DATASET: DatasetStep,
    Level.JOB: JobStep,
}


def _job_between(edge: Edge) -> str | None:
    """The job that tells an edge, or that a document tells it of; None for what datasets and documents state."""
    if is_job(edge.via):
        return edge.via
    if edge.type not in JOB_EDGES:
        return None
    return edge.target if edge.type == Rel.CONSUMED_BY else edge.source


def _far(edge: Edge, direction: Direction) -> str:
    return edge.target if direction is Direction.OUT else edge.source


def _near(edge: Edge, direction: Direction) -> str:
    return edge.source if direction is Direction.OUT else edge.target


def _sides(view: View, direction: Direction) -> tuple[EdgesOf, EdgesOf]:
    """The job edges at a dataset, and those at a job, that lead in the direction."""
    return (view.reads, view.writes) if direction is Direction.OUT else (view.writes, view.reads)


def _both(writes: Edge, reads: Edge) -> list[Edge]:
    """Two job edges through one dataset, as one from job to job: valid while both are."""
    begins = [edge.valid_from for edge in (writes, reads) if edge.valid_from is not None]
    ends = [edge.valid_to for edge in (writes, reads) if edge.valid_to is not None]
    tellers = {(edge.via if told_by_document(edge) else writes.via, edge.origin) for edge in (writes, reads)}
    return [
        replace(
            writes,
            target=reads.target,
            via=via,
            origin=origin,
            valid_from=max(begins, default=None),
            valid_to=min(ends, default=None),
        )
        for via, origin in tellers
    ]
