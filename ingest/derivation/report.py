"""What is told of the SQL of a job beside its edges: how well it was understood, and what its table names mean."""

from typing import Any

from catalog.canonical import encode
from ingest.derivation.resolution import Resolved, Rule
from ingest.derivation.spans import Span, targets_of
from ingest.sql import SqlLineage, TableName

MAX_CANDIDATES = 20


def report(span: Span, lineage: SqlLineage) -> dict[str, Any]:
    """One text, as ``catalog.sql_report`` reads it."""
    roles: list[tuple[str, TableName | None, Resolved | None]] = [
        ("reads", r.table, span.reads.get(r.table.key)) for r in lineage.reads if not (r.own or r.target)
    ]
    roles += [("writes", write.table, span.writes.get(key)) for key, write in targets_of(lineage).items()]
    return {
        "dialect": span.said.dialect,
        "status": str(lineage.status),
        "problems": [[str(one.reason), one.statement, one.message] for one in lineage.problems],
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


def encoded(reports: list[dict[str, Any]]) -> str:
    """The texts of the SQL in force."""
    return encode(sorted(reports, key=encode))
