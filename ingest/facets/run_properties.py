"""Run facets that become properties of the run: one value each, or a few."""

from typing import Any

from catalog.canonical import encode
from ingest.facets.members import Members
from ingest.problems import Problems

MAX_MESSAGE = 2_000
"""Characters of an error message that become a property; the facet has all of it."""

NOMINAL_TIME = ("nominalStart", "nominalEnd")
ERROR_MESSAGE = ("errorMessage", "programmingLanguage")
PROCESSING_ENGINE = ("engine", "engineVersion", "openlineageAdapterVersion")
EXTERNAL_QUERY = ("externalQueryId", "externalQuerySource")

Values = dict[str, str | None]


def read_nominal_time(facet: dict[str, Any], path: str, problems: Problems) -> Values:
    """``nominalTime`` (1-0-1): the interval that the run is for, in UTC."""
    members = Members(facet, path, problems)
    return _encoded(
        nominalStart=members.instant("nominalStartTime", required=True),
        nominalEnd=members.instant("nominalEndTime"),
    )


def read_error_message(facet: dict[str, Any], path: str, problems: Problems) -> Values:
    """``errorMessage`` (1-0-1): the message, cut to MAX_MESSAGE; the stack trace stays in the facet."""
    members = Members(facet, path, problems)
    members.text("stackTrace")
    return _encoded(
        errorMessage=cut(members.text("message", required=True), MAX_MESSAGE),
        programmingLanguage=members.text("programmingLanguage", required=True),
    )


def read_processing_engine(facet: dict[str, Any], path: str, problems: Problems) -> Values:
    """``processing_engine`` (1-1-1)."""
    members = Members(facet, path, problems)
    return _encoded(
        engine=members.text("name"),
        engineVersion=members.text("version", required=True),
        openlineageAdapterVersion=members.text("openlineageAdapterVersion"),
    )


def read_external_query(facet: dict[str, Any], path: str, problems: Problems) -> Values:
    """``externalQuery`` (1-0-2): the id of the query in the system that ran it."""
    members = Members(facet, path, problems)
    return _encoded(
        externalQueryId=members.text("externalQueryId", required=True),
        externalQuerySource=members.text("source", required=True),
    )


def cut(text: str | None, length: int) -> str | None:
    """The first characters of a text, with a mark where it goes on."""
    return text if text is None or len(text) <= length else text[: length - 1] + "…"


def _encoded(**values: str | None) -> Values:
    return {name: None if value is None else encode(value) for name, value in values.items()}
