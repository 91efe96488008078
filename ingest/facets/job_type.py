"""The ``jobType`` job facet (2-0-4), with the emission pattern."""

from collections.abc import Mapping
from typing import Any

from ingest.facets.facet import Facet
from ingest.facets.properties import read_members
from ingest.problems import Code, Problems, shown

TEXTS = {name: name for name in ("processingType", "integration", "jobType")}
PATTERN_TEXTS = {name: name for name in ("eventTrigger", "eventContentMode")}
PATTERN_NUMBERS = {"windowDuration": "windowDuration"}
PROPERTIES = (*TEXTS.values(), *PATTERN_TEXTS.values(), *PATTERN_NUMBERS.values())


def read_job_type(facet: dict[str, Any], path: str, problems: Problems) -> Mapping[str, str | None]:
    """What kind of job it is, and what its events hold.

    A facet replaces the one before it whole, so a property that it does not have holds no longer.
    """
    values = read_members(facet, path, problems, TEXTS, {})
    pattern = facet.get("emissionPattern")
    where = f"{path}.emissionPattern"
    if pattern is not None and not isinstance(pattern, dict):
        message = f"An emission pattern is an object; this is {shown(pattern)}."
        problems.lose(Code.FACET_CONTENT, where, message)
        return values
    return values | read_members(pattern or {}, where, problems, PATTERN_TEXTS, PATTERN_NUMBERS)


def is_complete_snapshot(facets: Mapping[str, Facet]) -> bool:
    """Whether an event says that it is the whole of its window, ``emissionPattern.eventContentMode`` (2-0-4): then it
    replaces what its run told before. Absent, events add up."""
    facet = facets.get("jobType")
    value = facet.value if facet is not None and not facet.deleted else None
    pattern = value.get("emissionPattern") if isinstance(value, dict) else None
    return isinstance(pattern, dict) and pattern.get("eventContentMode") == "COMPLETE_SNAPSHOT"
