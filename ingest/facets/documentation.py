"""The ``documentation`` facet of datasets and jobs (1-1-0)."""

from typing import Any

from catalog.canonical import encode
from ingest.facets.text import text_or_none
from ingest.problems import Code, Problems


def read_documentation(facet: dict[str, Any], path: str, problems: Problems) -> dict[str, str | None]:
    """``description`` of the dataset or job. An absent or null one says nothing."""
    description = text_or_none(facet, "description", path, problems)
    if description is not None:
        return {"description": encode(description)}
    if facet.get("description") is None:
        problems.note(Code.FACET_ASSUMED, path, "A documentation facet has a description; this one has none.")
    return {}
