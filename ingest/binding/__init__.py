"""What the SQL of a job does against schemas that are given: bound by DuckDB against empty tables, in a child process.

The one package beside the demo that knows duckdb; only its child process loads it.
"""

from ingest.binding.binder import SqlBinder

__all__ = ["SqlBinder"]
