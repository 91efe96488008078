"""The ``jobType`` job facet (2-0-4)."""

from collections.abc import Mapping
from typing import Any

from catalog.canonical import encode
from ingest.facets.facet import Facet
from ingest.facets.text import text_or_none
from ingest.problems import Problems

PROPERTIES = ("processingType", "integration", "jobType")


def read_job_type(facet: dict[str, Any], path: str, problems: Problems) -> dict[str, str | None]:
    """``processingType``, ``integration`` and ``jobType`` of the job.

    A facet replaces the one before it whole, so a property that it does not have holds no longer.
    """
    values: dict[str, str | None] = {}
    for name in PROPERTIES:
        text = text_or_none(facet, name, path, problems)
        if text is not None:
            values[name] = encode(text)
        elif facet.get(name) is None:
            values[name] = None
    return values


def is_complete_snapshot(facets: Mapping[str, Facet]) -> bool:
    """Whether an event says that it is the whole of its window, ``emissionPattern.eventContentMode`` (2-0-4): then it
    replaces what its run told before. Absent, events add up."""
    facet = facets.get("jobType")
    value = facet.value if facet is not None and not facet.deleted else None
    pattern = value.get("emissionPattern") if isinstance(value, dict) else None
    return isinstance(pattern, dict) and pattern.get("eventContentMode") == "COMPLETE_SNAPSHOT"
