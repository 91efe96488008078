"""What really influences what: run a task's SQL on changed copies of one input column and look at its output.

Knows nothing of the declared lineage; tests compare the two.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from shutil import copyfile

import duckdb

from api.demo.model import Task
from api.demo.shop import Shop

Rows = list[tuple[object, ...]]


@dataclass(frozen=True)
class Output:
    """The rows of a task's output, by column name."""

    columns: tuple[str, ...]
    rows: Rows

    def values(self, column: str) -> Counter[object]:
        """The values of a column, without order."""
        position = self.columns.index(column)
        return Counter(row[position] for row in self.rows)

    def without(self, columns: set[str]) -> Counter[tuple[object, ...]]:
        """The rows without some columns, without order."""
        kept = [position for position, name in enumerate(self.columns) if name not in columns]
        return Counter(tuple(row[position] for position in kept) for row in self.rows)


def result(shop: Shop, task: Task) -> Output | None:
    """The output of a task run now, or None when its SQL fails. Leaves the output as it has become."""
    assert task.output is not None
    if shop.run(task).error is not None:
        return None
    relation = shop.connection.execute(f"SELECT * FROM {shop.relation(task.output)}")
    return Output(tuple(column[0] for column in relation.description), relation.fetchall())


def mutated(shop: Shop, task: Task, dataset: str, column: str) -> Iterator[tuple[str, Output | None]]:
    """The output after each change of a column: every value away, the same, different, or at another row."""
    expressions = _expressions(shop, dataset, column)
    for name, expression in expressions.items():
        changed = f'SELECT * REPLACE ({expression} AS "{column}") FROM {shop.relation(dataset)}'
        with _replaced(shop, task, dataset, changed):
            yield name, result(shop, task)


def dropped(shop: Shop, task: Task, dataset: str, column: str) -> Output | None:
    """The output without a column; None when the SQL fails."""
    with _replaced(shop, task, dataset, f'SELECT * EXCLUDE ("{column}") FROM {shop.relation(dataset)}'):
        return result(shop, task)


def _expressions(shop: Shop, dataset: str, column: str) -> dict[str, str]:
    kind = next(found.type for found in shop.columns(dataset) if found.name == column)
    row, quoted = "row_number() OVER ()", f'"{column}"'
    different = {
        "VARCHAR": f"'x' || ({row}) || '@' || ({row})",
        "TIMESTAMP": f"TIMESTAMP '2020-01-01' + to_days(CAST({row} AS INTEGER))",
    }.get(
        kind,
        f"CAST(1 + {row} % 90 AS {kind})" if kind.startswith("DECIMAL") else f"CAST(1000 + {row} AS {kind})",
    )
    return {
        "null": f"CAST(NULL AS {kind})",
        "constant": f"(SELECT max({quoted}) FROM {shop.relation(dataset)})",
        "different": different,
        "rotated": f"coalesce(lead({quoted}, 7) OVER (), first({quoted}) OVER ())",
    }


@contextmanager
def _replaced(shop: Shop, task: Task, dataset: str, select: str) -> Iterator[None]:
    """Another content of an input while the block runs; afterwards everything is as it was."""
    connection, path = shop.connection, shop.folder / dataset
    saved = [file for file in shop.folder.rglob("*.*") if file.is_file()]
    for file in saved:
        copyfile(file, f"{file}-saved")
    connection.execute("BEGIN")
    try:
        connection.execute(f"CREATE TEMP TABLE changed AS {select}")
        if "/" in dataset:
            connection.execute(f"COPY changed TO '{path}' (FORMAT {path.suffix[1:]})")
        else:
            connection.execute(f"CREATE OR REPLACE TABLE {dataset} AS SELECT * FROM changed")
        yield
    finally:
        with suppress(duckdb.TransactionException):
            connection.execute("ROLLBACK")
        for file in saved:
            (file.parent / f"{file.name}-saved").replace(file)
