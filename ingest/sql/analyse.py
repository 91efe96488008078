"""From trees and schemas to what a text reads and writes."""

from collections.abc import Iterable
from dataclasses import replace
from functools import partial

from sqlglot import exp
from sqlglot.errors import SqlglotError

from ingest.sql.bounds import MAX_WORK, Budget, TooComplex, on_fresh_stack
from ingest.sql.parse import Parsed
from ingest.sql.query import relation_of
from ingest.sql.reading import BaseTable, Reading
from ingest.sql.relation import Relation, Sources, settled
from ingest.sql.scope import Scope
from ingest.sql.statements import Written, read_roughly, read_statement
from ingest.sql.values import (
    INDIRECT,
    ColumnUse,
    OutputColumn,
    Reason,
    SchemaSource,
    Source,
    SqlLineage,
    StatementRead,
    Status,
    TableRead,
    TableWrite,
)


def analyse(parsed: Parsed, schema: SchemaSource) -> SqlLineage:
    """What a text reads and writes, against the schemas that ``schema`` knows. It raises only what that raises.

    Bounds: 300,000 columns and sources put together, and what Python's stack holds. A statement beyond them is
    told by the tables that it names.
    """
    return analyse_all([(parsed, schema)])[0]


def analyse_all(texts: Iterable[tuple[Parsed, SchemaSource]]) -> list[SqlLineage]:
    """The same for several texts with the schemas of each: cheaper than one by one."""
    return on_fresh_stack(partial(_lineage, parsed, schema) for parsed, schema in texts)


def _lineage(parsed: Parsed, schema: SchemaSource) -> SqlLineage:
    reading = Reading(parsed.dialect, schema, Budget(MAX_WORK), relation_of)
    written, statements = _of_statements(parsed, reading)
    writes = _writes(written, reading)
    return SqlLineage(
        _status(parsed, statements, written, reading),
        (*parsed.problems, *reading.problems),
        tuple(statements),
        tuple(_reads(reading)),
        tuple(writes),
        tuple(sorted(reading.missing.values())),
        tuple(
            sorted(
                reading.unresolved,
                key=lambda each: (each.column, str(each.table), each.candidates, *sorted(each.clauses)),
            )
        ),
        parsed.forms,
    )


def _of_statements(parsed: Parsed, reading: Reading) -> tuple[list[Written], list[StatementRead]]:
    written: list[Written] = []
    statements = []
    for index, tree in enumerate(parsed.trees):
        reading.statement = index
        before = len(reading.problems)
        written += _of_statement(tree, reading)
        found = list(reading.problems.values())[before:]
        statements.append(StatementRead(index, _kind(tree), _worst(found)))
    return written, statements


def _of_statement(tree: exp.Expr, reading: Reading) -> list[Written]:
    scope = Scope(reading)
    try:
        return read_statement(tree, scope)
    except TooComplex:
        reading.problem(Reason.TOO_COMPLEX, "The statement makes too many columns; only its tables are told.")
    except RecursionError:
        reading.problem(Reason.TOO_DEEP, "The statement nests too deep; only its tables are told.")
    except (SqlglotError, ValueError, TypeError, AttributeError, LookupError) as error:
        # The parser has hundreds of forms of tree; one not met before must not take the others with it.
        reading.problem(
            Reason.STATEMENT_NOT_UNDERSTOOD, f"The statement has an unexpected form ({type(error).__name__})."
        )
    reading.budget = Budget(MAX_WORK // 10)
    read_roughly(tree, scope)
    return []


def _kind(tree: exp.Expr) -> str:
    if isinstance(tree, exp.Command):
        return tree.name.upper()[:40] or "COMMAND"
    if isinstance(tree, exp.Create):
        return f"CREATE {(tree.kind or '').upper()}".strip()
    return "SELECT" if isinstance(tree, (exp.Query, exp.Values)) else tree.key.upper()


def _worst(found: Iterable[Status]) -> Status:
    return max(found, key=list(Status).index, default=Status.COMPLETE)


def _status(
    parsed: Parsed, statements: list[StatementRead], written: list[Written], reading: Reading
) -> Status:
    """FAILED: nothing is told at all."""
    unread = [Status.PARTIAL for each in parsed.problems if each.reason is not Reason.UNKNOWN_DIALECT]
    worst = _worst([*unread, *reading.problems.values(), *(each.status for each in statements)])
    told = any(table.read or table.uses for table in reading.tables.values()) or written
    return Status.FAILED if not parsed.trees or (worst is not Status.COMPLETE and not told) else worst


def _reads(reading: Reading) -> Iterable[TableRead]:
    for table in sorted(reading.tables.values(), key=lambda table: table.name):
        if table.read or table.uses:
            yield TableRead(
                table.name,
                tuple(_uses(table)),
                table.rough or (table.star and not table.known),
                table.known,
                table.own,
                not table.read,
            )


def _uses(table: BaseTable) -> Iterable[ColumnUse]:
    for name, use in sorted(table.uses.items()):
        yield ColumnUse(name, frozenset(use.clauses), not use.named)


def _writes(written: list[Written], reading: Reading) -> list[TableWrite]:
    """One value for each table, in the order of the text."""
    found: dict[str | None, TableWrite] = {}
    for one in written:
        new_name = reading.renamed.get(one.table.key) if one.table is not None else None
        each = replace(one, table=new_name) if new_name is not None else one
        _tell_open(each, reading)
        key = each.table.key if each.table is not None else None
        new = _write(each, reading)
        found[key] = _together(found[key], new) if key in found else new
    return list(found.values())


def _tell_open(each: Written, reading: Reading) -> None:
    relation = each.relation
    if relation.open:
        reading.need(relation.open)
        names = ", ".join(str(reading.tables[key].name) for key in sorted(relation.open)[:5])
        message = f"The output has the columns of tables whose schema is not known: {names[:300]}."
        reading.problem(Reason.SCHEMA_UNKNOWN, message)
    elif relation.rest is not None:
        reading.problem(Reason.FUNCTION_OPAQUE, "The output has columns of a table function.")


def _write(each: Written, reading: Reading) -> TableWrite:
    relation: Relation = each.relation
    columns = [
        OutputColumn(column.name, column.type, _sources(column.sources, reading), column.named)
        for column in relation.columns
    ]
    influences = frozenset(source for source in relation.influences if source[1].kind == INDIRECT)
    return TableWrite(
        each.table, each.kind, tuple(columns), each.closed, _sources(influences, reading), each.temporary
    )


def _sources(sources: Sources, reading: Reading) -> tuple[Source, ...]:
    return tuple(
        sorted(Source(reading.tables[ref.table].name, ref.column, *how) for ref, how in settled(sources))
    )


def _together(old: TableWrite, new: TableWrite) -> TableWrite:
    """Two statements that write one table: its columns come from both."""
    columns = {column.name.casefold(): column for column in old.columns}
    for column in new.columns:
        same = columns.get(column.name.casefold())
        if same is None:
            columns[column.name.casefold()] = column
        else:
            both = tuple(sorted({*same.sources, *column.sources}))
            columns[column.name.casefold()] = replace(same, sources=both)
    return replace(
        old,
        columns=tuple(columns.values()),
        closed=old.closed and len(columns) == len(old.columns),
        influences=tuple(sorted({*old.influences, *new.influences})),
    )
