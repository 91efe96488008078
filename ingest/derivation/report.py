"""What is told of the SQL of a job beside its edges: how well it was understood, and what its table names mean."""

from collections import defaultdict
from collections.abc import Iterable
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


Report = dict[str, Any]
"""What is told of one text, as ``catalog.sql_report`` reads it."""
Piece = tuple[int, int | None, Report]
"""What is told of one text in [start, end)."""


def add_piece(pieces: list[Piece], piece: Piece) -> None:
    """Add a piece behind the others of a span.

    Where it goes on as before, the one before it lasts longer: where schemas *may* become others is no matter of the
    report, and depends on what was derived together.
    """
    start, end, said = piece
    if pieces and pieces[-1][1] == start and pieces[-1][2] == said:
        pieces[-1] = (pieces[-1][0], end, said)
    else:
        pieces.append(piece)


def report(span: Span, lineage: SqlLineage) -> Report:
    """What is told of one text."""
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
        "dialect": span.said.dialect,
        "status": str(Status.PARTIAL if partial else lineage.status),
        "problems": [*problems, *([TABLE_UNRESOLVED, None, message] for message in unresolved)],
        "forms": None if lineage.forms is None else sorted(lineage.forms),
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
    failed = {"dialect": None, "status": str(Status.FAILED), "problems": problems}
    return encode([{**failed, "since": None, "statements": [], "tables": []}])


def encoded(pieces: Iterable[Piece]) -> str | None:
    """The texts of the SQL in force; None: there is none."""
    told = [{**said, "since": start} for start, end, said in pieces if end is None]
    return encode(sorted(told, key=encode)) if told else None


def encoded_past(pieces: Iterable[Piece]) -> dict[int, str]:
    """Begin → the texts of the past that began then, each with its end."""
    found: defaultdict[int, list[list[Any]]] = defaultdict(list)
    for start, end, said in pieces:
        if end is not None:
            found[start].append([end, {**said, "since": start}])
    return {start: encode(sorted(told, key=encode)) for start, told in found.items()}
