"""What the facets of a run say of the run and of its job, read the plainest way: more words of the oracle."""

from typing import Any, TypeAlias

from tests.convergence import said

Facets: TypeAlias = dict[str, Any]
Dependency: TypeAlias = tuple[tuple[str, str], bool, tuple[tuple[str, str], ...]]
"""(other job, whether this one waits for it, how), ``how`` sorted."""

PROPERTIES = {
    "errorMessage": {"errorMessage": "message", "programmingLanguage": "programmingLanguage"},
    "processing_engine": {
        "engine": "name",
        "engineVersion": "version",
        "openlineageAdapterVersion": "openlineageAdapterVersion",
    },
    "externalQuery": {"externalQueryId": "externalQueryId", "externalQuerySource": "source"},
    "nominalTime": {"nominalStart": "nominalStartTime", "nominalEnd": "nominalEndTime"},
    "extractionError": {"failedTasks": "failedTasks", "totalTasks": "totalTasks"},
}
"""Facet key → name of the property → member of the facet."""


def properties(facets: Facets) -> dict[str, Any]:
    """The properties that the newest facets of a run give it; times as nanoseconds."""
    found: dict[str, Any] = {}
    for key, members in PROPERTIES.items():
        facet: Any = facets.get(key)
        for name, member in members.items() if isinstance(facet, dict) else ():
            if facet.get(member) is not None:
                value = facet[member]
                found[name] = _instant(value) if key == "nominalTime" else value
    return found


def _instant(text: str) -> int | None:
    return said.instant(text if "T" in text else f"{text}T00:00:00Z")


def gap(facet: Any) -> tuple[tuple[str, int], ...] | None:
    """The counts of an extractionError facet that tells of errors: the gap in the lineage of the job."""
    if not isinstance(facet, dict) or facet["failedTasks"] < 1:
        return None
    return ("failedTasks", facet["failedTasks"]), ("totalTasks", facet["totalTasks"])


def dependencies(facet: Any) -> set[Dependency]:
    """What a jobDependencies facet says of jobs."""
    found = set()
    for side in ("upstream", "downstream") if isinstance(facet, dict) else ():
        for one in facet.get(side) or ():
            how = {
                "dependencyType": one.get("dependency_type"),
                "sequenceRule": one.get("sequence_trigger_rule"),
                "statusRule": one.get("status_trigger_rule"),
                "triggerRule": facet.get("trigger_rule") if side == "upstream" else None,
            }
            rules = tuple(sorted((name, text) for name, text in how.items() if text is not None))
            found.add(((one["job"]["namespace"], one["job"]["name"]), side == "upstream", rules))
    return found
