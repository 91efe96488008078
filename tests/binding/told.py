"""Short ways to say what a job reads and to tell what is bound."""

from catalog.impact.job_binder import Binding, BoundColumn, BoundTable, JobText
from ingest.binding import SqlBinder

TARGET = ("out",)


def table(name: str, columns: str, *, whole: bool = True) -> BoundTable:
    """Columns as in ``id INTEGER, name``: without a type where it is not known."""
    told = [column.strip().partition(" ") for column in columns.split(";") if column.strip()]
    return BoundTable(
        tuple(name.split(".")), tuple(BoundColumn(part, kind or None) for part, _, kind in told), whole
    )


def bind(
    binder: SqlBinder, text: str, *tables: BoundTable, dialect: str | None = "duckdb", query: bool = True
) -> Binding:
    (found,) = binder.bind([JobText(text, dialect, tables, TARGET if query else None)])
    return found


def columns(binding: Binding, name: tuple[str, ...] = TARGET) -> list[tuple[str, str | None]]:
    return [(column.name, column.type) for column in binding.writes[name]]
