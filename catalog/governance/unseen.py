"""What is not known of the classes of data: lineage of which nothing tells the columns, and what producers could not
read."""

from collections import defaultdict
from collections.abc import Collection, Iterable

from catalog.column_gaps import column_gaps
from catalog.coverage import Reason, ReasonCode, extraction_error, spoken
from catalog.governance.spread import Hop
from catalog.graph import Direction, Edge
from catalog.lineage_view import View
from ontology.vocabulary import Origin


def unseen_into(view: View, homes: Collection[str], hops: Iterable[Hop]) -> dict[str, list[Reason]]:
    """By dataset why it is not known what comes into it."""
    return unseen_beside(view, homes, _told(view, hops))


def unseen_beside(
    view: View, homes: Collection[str], told: Collection[tuple[str | None, str | None]]
) -> dict[str, list[Reason]]:
    """The same; ``told``: pairs of a job and what it writes of which a producer is known to tell columns."""
    gaps = column_gaps(view, homes, Direction.IN, told)
    broken = {gap.source: extraction_error(gap) for gap in view.gaps(gaps.beside)}
    found: dict[str, list[Reason]] = defaultdict(list)
    for dataset in sorted(gaps.jobs.keys() & set(homes)):
        for job in sorted(gaps.jobs[dataset]):
            if dataset in gaps.outputs.get(job, ()):
                found[dataset].append(view.gap(job, (dataset,)))
            if job in broken:
                found[dataset].append(broken[job])
    for edge in _without_fields(view, gaps.stated):
        found[view.classes.name(edge.target)].append(_stated(edge))
    return found


def unseen_out_of(view: View, homes: Collection[str], hops: Iterable[Hop]) -> dict[str, list[Reason]]:
    """By dataset why it is not known what its data goes into. ``hops``: against the data."""
    told = {(hop.edge.via, view.classes.home(hop.giver)) for hop in hops if hop.edge.origin != Origin.PARSED}
    gaps = column_gaps(view, homes, Direction.OUT, told)
    found: dict[str, list[Reason]] = defaultdict(list)
    for dataset in sorted(gaps.jobs.keys() & set(homes)):
        for job in sorted(gaps.jobs[dataset]):
            if outputs := gaps.out_of(dataset, job):
                found[dataset].append(view.gap(job, outputs))
    for edge in _without_fields(view, gaps.stated):
        found[view.classes.name(edge.source)].append(_stated(edge))
    return found


def unseen_behind(view: View, fields: Iterable[str], hops: Iterable[Hop]) -> list[Reason]:
    """Where what fields hold may go on unseen."""
    homes = {home for field in fields if (home := view.classes.home(field)) is not None}
    gaps = column_gaps(view, homes, Direction.OUT, _told(view, hops))
    unknown = [view.gap(job, outputs) for job, outputs in gaps.outputs.items()]
    unknown += [extraction_error(gap) for gap in view.gaps(gaps.beside)]
    return unknown + [_stated(edge) for edge in _without_fields(view, gaps.stated)]


def _told(view: View, hops: Iterable[Hop]) -> set[tuple[str | None, str | None]]:
    """The pairs of a job and what it writes of which a producer tells columns."""
    return {(hop.edge.via, view.classes.home(hop.taker)) for hop in hops if hop.edge.origin != Origin.PARSED}


def _without_fields(view: View, stated: Collection[Edge]) -> list[Edge]:
    """Those of the statements that a dataset comes from another for which nothing says which fields do."""
    if not stated:
        return []
    name, home = view.classes.name, view.classes.home
    known = view.fields({name(edge.target) for edge in stated})
    columns = view.feeds([field for fields in known.values() for field in fields], Direction.IN)
    pairs = {(home(column.source), home(target)) for column in columns for target in column.targets}
    return [edge for edge in stated if (name(edge.source), name(edge.target)) not in pairs]


def _stated(edge: Edge) -> Reason:
    message = (
        f"{spoken(edge.target)} is said to come from {spoken(edge.source)}, and not which of its columns."
    )
    return Reason(ReasonCode.NO_COLUMN_LINEAGE, (edge.source, edge.target), message)
