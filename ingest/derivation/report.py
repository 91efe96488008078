"""What is told of the SQL of a job beside its edges: how well it was understood, and what its table names mean."""

from typing import Any

from catalog.canonical import encode
from ingest.derivation.reasons import NOT_DERIVED, TABLE_UNRESOLVED
from ingest.derivation.resolution import Resolved, Rule
from ingest.derivation.spans import Span, targets_of
from ingest.sql import SqlLineage, Status, TableName

MAX_CANDIDATES = 20
_WHY = {
    Rule.AMBIGUOUS: "fits several datasets",
    Rule.NOT_FOUND: "fits no dataset",
    Rule.FORGOTTEN: "fits what is forgotten",
}
"""Why a name is not resolved, as a message says it."""


def report(span: Span, lineage: SqlLineage, since: int) -> dict[str, Any]:
    """One text from an instant on, as ``catalog.sql_report`` reads it."""
    roles: list[tuple[str, TableName | None, Resolved | None]] = [
        ("reads", r.table, span.reads.get(r.table.key)) for r in lineage.reads if not (r.own or r.target)
    ]
    roles += [("writes", write.table, span.writes.get(key)) for key, write in targets_of(lineage).items()]
    unresolved = sorted(
        {_message(name, found) for _, name, found in roles if name and found and found.rule in _WHY}
    )
    partial = unresolved and lineage.status is Status.COMPLETE
    problems: list[list[Any]] = [[str(one.reason), one.statement, one.message] for one in lineage.problems]
    return {
        "since": since,
        "dialect": span.said.dialect,
        "status": str(Status.PARTIAL if partial else lineage.status),
        "problems": [*problems, *([TABLE_UNRESOLVED, None, message] for message in unresolved)],
        "statements": [[one.index, one.kind, str(one.status)] for one in lineage.statements],
        "tables": sorted(
            (
                [
                    role,
                    None if name is None else str(name),
                    found.dataset,
                    str(found.rule),
                    list(found.candidates[:MAX_CANDIDATES]),
                ]
                for role, name, found in roles
                if found is not None and (name is not None or found.rule is not Rule.NOT_FOUND)
            ),
            key=encode,
        ),
    }


def _message(name: TableName, found: Resolved) -> str:
    return f"The table {name} {_WHY[found.rule]}."


def underived(fault: str) -> str:
    """The text of a job at whose SQL a fault of ours was met."""
    message = f"An unexpected fault ({fault}) kept the SQL from being read; the log of the service has more."
    problems = [[NOT_DERIVED, None, message]]
    failed = {"since": None, "dialect": None, "status": str(Status.FAILED), "problems": problems}
    return encoded([{**failed, "statements": [], "tables": []}])


def encoded(reports: list[dict[str, Any]]) -> str:
    """The texts of the SQL in force."""
    return encode(sorted(reports, key=encode))


def encoded_past(reports: list[tuple[int, dict[str, Any]]]) -> str:
    """Texts of the past that began together, each with its end."""
    return encode(sorted(([end, one] for end, one in reports), key=encode))
