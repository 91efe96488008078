"""What an answer about lineage says of its starts when nothing is known of them: that, and not that all is known."""

from collections.abc import Collection, Iterable

from catalog.aliases import is_job
from catalog.coverage import Reason, no_lineage, not_yet_known
from catalog.graph import Direction
from catalog.lineage_view import View
from catalog.state import last_sight

_WAYS = (Direction.IN, Direction.OUT)


def not_known_then(view: View, roots: Iterable[str]) -> list[Reason]:
    """A reason for each start that events name, but none of the instant asked for, or before."""
    if view.at is None:
        return []
    homes = {root if is_job(root) else view.home(root) or root for root in roots}
    members = {home: view.classes.members(home) for home in homes}
    keys = [key for names in members.values() for key in names]
    ever, then = last_sight(view.reader, keys), last_sight(view.reader, keys, view.at)
    return [
        not_yet_known(home, view.at)
        for home, names in sorted(members.items())
        if not ever.keys().isdisjoint(names) and then.keys().isdisjoint(names)
    ]


def without_lineage(view: View, roots: Iterable[str], told: Collection[str]) -> list[Reason]:
    """A reason for each start that no edge leaves or enters, whatever way was asked for, and for its SQL.

    ``told``: the keys of which the answer has edges, or says already what it does not know.
    """
    homes = {root: root if is_job(root) else view.home(root) or root for root in roots}
    silent = {home for root, home in homes.items() if root not in told and home not in told}
    jobs = {home for home in silent if is_job(home)}
    datasets = silent - jobs
    for way in _WAYS:
        for edge in view.onwards(jobs, way) if jobs else ():
            jobs.discard(edge.source if way is Direction.OUT else edge.target)
        for edge in view.beside(datasets, way) if datasets else ():
            datasets.discard(view.classes.name(edge.source if way is Direction.OUT else edge.target))
    silent = (jobs | datasets) - _with_columns(view, datasets)
    unread = [gap for job in sorted(jobs) if (gap := view.sql_gap(job)) is not None]
    return [*(no_lineage(home, is_job(home), view.at) for home in sorted(silent)), *unread]


def _with_columns(view: View, datasets: Collection[str]) -> set[str]:
    """Those of the datasets of which column lineage alone tells something."""
    fields = {field: name for name, found in view.fields(datasets).items() for field in found}
    return {fields[field] for way in _WAYS if fields for field in _touched(view, fields, way)}


def _touched(view: View, fields: Collection[str], way: Direction) -> Iterable[str]:
    for column in view.columns(fields, way):
        ends = (column.source,) if way is Direction.OUT else column.targets
        yield from (field for field in ends if field in fields)
