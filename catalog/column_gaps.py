"""Where field lineage cannot go on: jobs at datasets that told no column lineage for what they write."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from catalog.graph import Direction, Edge
from catalog.lineage_view import View, is_explicit
from ontology.vocabulary import Rel


@dataclass(frozen=True, slots=True)
class ColumnGaps:
    """``outputs``: by job what it writes without telling from which columns. ``jobs``: by dataset the jobs that read it
    (OUT) or write it (IN), gap or not. ``stated``: what is told to come from what without a job. ``sources``: of (job,
    what it writes), where the job says from what that comes: those of the datasets that it names."""

    outputs: Mapping[str, frozenset[str]]
    jobs: Mapping[str, frozenset[str]]
    stated: tuple[Edge, ...]
    sources: Mapping[tuple[str, str], frozenset[str]]

    def out_of(self, dataset: str, job: str) -> frozenset[str]:
        """What a job writes that comes from one of the datasets, without telling from which columns."""
        outputs = self.outputs.get(job, frozenset())
        return frozenset(one for one in outputs if dataset in self.sources.get((job, one), {dataset}))

    @property
    def beside(self) -> set[str]:
        """All those jobs."""
        return {job for jobs in self.jobs.values() for job in jobs}


def column_gaps(
    view: View, homes: Collection[str], direction: Direction, told: Collection[tuple[str | None, str | None]]
) -> ColumnGaps:
    """The gaps out of or into datasets (names of classes). ``told``: pairs of a job and what it writes of which
    producers are known to tell column lineage. Some six questions, however many datasets."""
    name = view.classes.name
    leading = view.beside(homes, direction)
    jobs: dict[str, set[str]] = defaultdict(set)
    stated: dict[tuple[str, str], set[str]] = defaultdict(set)
    explicit: set[tuple[str, str]] = set()
    for edge in leading:
        if edge.type == Rel.HAD_DERIVATION:
            stated[edge.via, name(edge.target)].add(name(edge.source))
        elif edge.type == Rel.CONSUMED_BY:
            jobs[name(edge.source)].add(edge.target)
        elif edge.type == Rel.PRODUCES:
            jobs[name(edge.target)].add(edge.source)
    if direction is Direction.OUT:
        written = view.writes({job for found in jobs.values() for job in found}, Direction.OUT)
        pairs = {(edge.source, name(edge.target)) for edge in written if not is_explicit(edge)}
        explicit = {(edge.source, name(edge.target)) for edge in written} - pairs
        pairs |= explicit & stated.keys()
    else:
        pairs = {(job, dataset) for dataset, found in jobs.items() for job in found}
    gaps = view.without_columns({pair for pair in pairs if pair not in told or view.is_stated(*pair)})
    if gaps and direction is Direction.IN:
        reading = {edge.target for edge in view.reads({job for job, _ in gaps}, Direction.IN)}
        gaps = {gap for gap in gaps if gap[0] in reading}
    outputs: dict[str, set[str]] = defaultdict(set)
    for job, dataset in gaps:
        outputs[job].add(dataset)
    return ColumnGaps(
        {job: frozenset(found) for job, found in outputs.items()},
        {dataset: frozenset(found) for dataset, found in jobs.items()},
        tuple(
            edge for edge in leading if edge.type == Rel.HAD_DERIVATION and not edge.via.startswith("job/")
        ),
        {pair: frozenset(stated[pair]) for pair in explicit & stated.keys()},
    )
