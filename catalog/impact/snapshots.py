"""Snapshots of dbt: the events tell the query of one, and not the columns that dbt adds to what it gives.

Source: docs.getdbt.com, "Snapshot meta-fields".
"""

from catalog.aliases import is_job
from catalog.derivation.schemas import ColumnOf, Columns
from catalog.store.port import Reader

_CALLED = ".snapshot"
"""What openlineage-dbt puts at the end of the name of such a job; ``jobType`` of it is the next one."""
_JOB_TYPE = "SNAPSHOT"
_ADDED = (
    ColumnOf("dbt_scd_id", "VARCHAR"),
    ColumnOf("dbt_updated_at", "TIMESTAMP"),
    ColumnOf("dbt_valid_from", "TIMESTAMP"),
    ColumnOf("dbt_valid_to", "TIMESTAMP"),
)


def is_snapshot(reader: Reader, unit: str) -> bool:
    """Whether a unit is a snapshot of dbt. Only of jobs that are called so the store is asked."""
    if not is_job(unit) or _CALLED not in unit:
        return False
    node = reader.nodes([unit]).get(unit)
    return node is not None and node.properties.get("jobType") == _JOB_TYPE


def with_added(reader: Reader, job: str, columns: Columns) -> Columns:
    """What a job writes whose SQL gives these columns."""
    if not is_snapshot(reader, job):
        return columns
    known = {column.name.casefold() for column in columns}
    return (*columns, *(column for column in _ADDED if column.name not in known))
