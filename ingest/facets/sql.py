"""The sql facet (1-1-0) of a job: the query, and by what its dialect may be told, as a value of the job's history."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from catalog.canonical import encode, plain
from ingest.facets.facet import Facet

_ENGINE_FACETS = {
    "spark_version": "spark",
    "spark_properties": "spark",
    "spark.logicalPlan": "spark",
    "trino_metadata": "trino",
    "trino_query_context": "trino",
    "hive_query": "hive",
    "hive_session": "hive",
}
"""Run facets that only the adapter of one engine sends."""


@dataclass(frozen=True, slots=True)
class SqlText:
    """``dialect``: as the facet names it; ``engine``: what else in the event tells it (facets of its adapter)."""

    query: str
    dialect: str | None = None
    engine: str | None = None

    def encoded(self) -> str:
        return encode([self.query, self.dialect, self.engine])

    @classmethod
    def decoded(cls, text: str) -> "SqlText":
        return cls(*plain(text))


def read_sql(job: Mapping[str, Facet], run: Mapping[str, Facet]) -> str | None:
    """The SQL of a job by its facets and those of its run; None where there is none, or no text in it."""
    facet = job.get("sql")
    if facet is None or facet.deleted or not isinstance(facet.value, dict):
        return None
    query, dialect = facet.value.get("query"), facet.value.get("dialect")
    if not isinstance(query, str) or not query.strip():
        return None
    named = dialect if isinstance(dialect, str) and dialect.strip() else None
    return SqlText(query, named, _engine(job, run)).encoded()


def _engine(job: Mapping[str, Facet], run: Mapping[str, Facet]) -> str | None:
    for key in sorted(_ENGINE_FACETS.keys() & run.keys()):
        return _ENGINE_FACETS[key]
    named = (_text(run.get("processing_engine"), "name"), _text(job.get("jobType"), "integration"))
    return next((name.casefold() for name in named if name), None)


def _text(facet: Facet | None, member: str) -> str | None:
    value: Any = None if facet is None else facet.value
    found = value.get(member) if isinstance(value, dict) else None
    return found if isinstance(found, str) else None
