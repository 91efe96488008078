"""The ``jobDependencies`` run facet (1-0-1): which jobs a job waits for, and which wait for it. Never data flow."""

from dataclasses import dataclass
from typing import Any

from catalog.identity import JobId, RunId
from catalog.statement import DEPENDENCIES, Dependency
from catalog.values import encode_dependencies
from ingest.facets.members import Members
from ingest.problems import Code, Problems


@dataclass(frozen=True, slots=True)
class RunDependency:
    """A dependency as one run tells it: with the run of the other job, where named."""

    dependency: Dependency
    run: RunId | None = None


def read_run_dependencies(facet: dict[str, Any], path: str, problems: Problems) -> tuple[RunDependency, ...]:
    """The dependencies that a run tells: those upstream first. One without a job is left out, with a problem."""
    members = Members(facet, path, problems)
    rule = members.text("trigger_rule")
    upstream = [_dependency(one, True, rule) for one in members.objects("upstream")]
    downstream = [_dependency(one, False, None) for one in members.objects("downstream")]
    return tuple(one for one in (*upstream, *downstream) if one is not None)


def read_dependencies(facet: dict[str, Any], path: str, problems: Problems) -> dict[str, str | None]:
    """``dependencies`` of the job: what is told of jobs, without the runs."""
    told = read_run_dependencies(facet, path, problems)
    return {DEPENDENCIES: encode_dependencies(one.dependency for one in told)}


def _dependency(members: Members, upstream: bool, trigger_rule: str | None) -> RunDependency | None:
    job = members.object("job")
    identity = None if job is None else _job(job.owner)
    if identity is None:
        message = "A dependency has a job with a namespace and a name that are text."
        members.problems.lose(Code.FACET_CONTENT, members.path, message)
        return None
    dependency = Dependency(
        identity,
        upstream,
        members.text("dependency_type"),
        members.text("sequence_trigger_rule"),
        members.text("status_trigger_rule"),
        trigger_rule,
    )
    run = members.object("run")
    run_id = None if run is None else run.text("runId", required=True)
    return RunDependency(dependency, RunId.lenient(run_id) if run_id else None)


def _job(owner: dict[str, Any]) -> JobId | None:
    namespace, name = owner.get("namespace"), owner.get("name")
    named = isinstance(namespace, str) and isinstance(name, str) and name
    return JobId(str(namespace), str(name)) if named else None
