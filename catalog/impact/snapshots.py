"""Snapshots of dbt: the events tell the query of one, and not the columns that dbt adds to what it gives.

Source: docs.getdbt.com, "Snapshot meta-fields".
"""

from collections.abc import Iterable

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
TAKEN_FROM_STAMP = tuple(column.name for column in _ADDED[1:])
"""What dbt makes of the time of a row's last change, by the strategy ``timestamp``."""


def snapshots(reader: Reader, units: Iterable[str]) -> frozenset[str]:
    """Those of the units that are snapshots of dbt. Only of jobs that are called so the store is asked: once."""
    called = [unit for unit in units if _CALLED in unit and is_job(unit)]
    nodes = reader.nodes(called) if called else {}
    return frozenset(job for job, node in nodes.items() if node.properties.get("jobType") == _JOB_TYPE)


def with_added(columns: Columns) -> Columns:
    """What a snapshot writes whose SQL gives these columns."""
    known = {column.name.casefold() for column in columns}
    return (*columns, *(column for column in _ADDED if column.name not in known))
