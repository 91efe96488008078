"""What a run was given: ``tags`` (1-0-0), ``environmentVariables`` (1-0-0) and ``executionParameters`` (1-0-0)."""

from dataclasses import dataclass
from typing import Any

from ingest.facets.members import Members
from ingest.problems import Problems


@dataclass(frozen=True, slots=True)
class Parameter:
    """A named value. ``source`` says where a tag comes from."""

    key: str
    value: str | None = None
    name: str | None = None
    description: str | None = None
    source: str | None = None


def read_run_tags(facet: dict[str, Any], path: str, problems: Problems) -> tuple[Parameter, ...]:
    """The tags of a run."""
    found = []
    for tag in Members(facet, path, problems).objects("tags"):
        key, value = tag.text("key", required=True), tag.text("value", required=True)
        source = tag.text("source")
        if key is not None:
            found.append(Parameter(key, value, source=source))
    return tuple(found)


def read_environment_variables(facet: dict[str, Any], path: str, problems: Problems) -> tuple[Parameter, ...]:
    """The environment variables of a run, as far as they are kept."""
    found = []
    for variable in Members(facet, path, problems).objects("environmentVariables", required=True):
        name, value = variable.text("name", required=True), variable.text("value", required=True)
        if name is not None:
            found.append(Parameter(name, value))
    return tuple(found)


def read_execution_parameters(facet: dict[str, Any], path: str, problems: Problems) -> tuple[Parameter, ...]:
    """The parameters that a job was started with."""
    found = []
    for one in Members(facet, path, problems).objects("parameters"):
        key = one.text("key", required=True)
        value, name, description = one.text("value"), one.text("name"), one.text("description")
        if key is not None:
            found.append(Parameter(key, value, name, description))
    return tuple(found)
