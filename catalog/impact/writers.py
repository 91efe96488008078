"""The jobs that write what is changed: who makes a table makes it anew, who writes into it may not fit the change."""

from collections.abc import Collection, Iterator

from catalog.coverage import Reason, writer_not_judged
from catalog.graph import Direction
from catalog.lineage_view import View
from catalog.sql_report import SqlReport

INTO = ("INSERT", "MERGE", "UPDATE", "COPY")
"""Statements that fill a table which is there already, by the first word of how they are told."""
_MAKES = ("CREATE TABLE", "CREATE VIEW", "SELECT")


def not_judged(view: View, datasets: Collection[str]) -> Iterator[Reason]:
    """The jobs whose SQL writes into one of the changed datasets (names of classes) and does not make it."""
    name = view.classes.name
    found = sorted({(edge.source, name(edge.target)) for edge in view.writes(datasets, Direction.IN)})
    reports = view.sql_of({job for job, _ in found})
    for job, dataset in found:
        how = _into(reports[job]) if job in reports else None
        if how is not None and dataset in datasets:
            yield writer_not_judged(job, dataset, how)


def _into(report: SqlReport) -> str | None:
    """How a text fills what it writes; None where it makes that itself, or does not say."""
    kinds = [statement.kind for statement in report.statements]
    if any(kind.startswith(_MAKES) for kind in kinds):
        return None
    return next((word for kind in kinds for word in INTO if kind.startswith(word)), None)
