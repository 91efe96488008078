"""The ``parent`` run facet (1-2-0), and ``parentRun`` as it was called before 1.0."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from catalog.canonical import encode
from catalog.identity import JobId, RunId
from catalog.statement import RunRef
from ingest.facets.facet import Facet
from ingest.facets.members import Members
from ingest.problems import Code, Problems, shown


class Parents(NamedTuple):
    """The parent and the root run, where the facet names them."""

    parent: RunRef | None = None
    root: RunRef | None = None


def read_parents(facets: Mapping[str, Facet], run: RunId, problems: Problems) -> Parents:
    """Parent and root of a run. A run that is called its own parent or root is not linked to itself."""
    named = [
        facets[key] for key in ("parent", "parentRun") if key in facets and facets[key].value is not None
    ]
    if not named:
        return Parents()
    facet = named[0]
    if len(named) > 1 and named[1].value != facet.value:
        problems.note(Code.REPEATED, named[1].path, "The run has parent and parentRun; parent counts.")
    if not isinstance(facet.value, dict):
        problems.lose(Code.PARENT, facet.path, f"A parent facet is an object; this is {shown(facet.value)}.")
        return Parents()
    parent = _run_ref(facet.value, facet.path, problems)
    root = facet.value.get("root")
    if root is None:
        return Parents(_unless_self(parent, run, facet.path, problems))
    where = f"{facet.path}.root"
    if not isinstance(root, dict):
        problems.lose(Code.PARENT, where, f"A root is an object with a run and a job; this is {shown(root)}.")
        return Parents(_unless_self(parent, run, facet.path, problems))
    top = _run_ref(root, where, problems)
    if top is not None and top.run == run:
        problems.note(Code.PARENT, where, "The run is its own root: there is nothing to link.")
        top = None
    return Parents(_unless_self(parent, run, facet.path, problems), top)


def _unless_self(parent: RunRef | None, run: RunId, path: str, problems: Problems) -> RunRef | None:
    if parent is None or parent.run != run:
        return parent
    problems.lose(Code.PARENT, path, "The run is called its own parent; it is not linked to itself.")
    return None


def _run_ref(owner: dict[str, Any], path: str, problems: Problems) -> RunRef | None:
    """The run and its job as named by ``run`` and ``job``; None without a runId."""
    run = owner.get("run")
    run_id = run.get("runId") if isinstance(run, dict) else None
    if not isinstance(run_id, str) or not run_id:
        problems.lose(Code.PARENT, f"{path}.run", "A parent or root has a run with a runId that is text.")
        return None
    return RunRef(RunId.lenient(run_id), _job(owner.get("job"), f"{path}.job", problems))


def _job(job: Any, path: str, problems: Problems) -> JobId | None:
    if isinstance(job, dict):
        namespace, name = job.get("namespace"), job.get("name")
        if isinstance(namespace, str) and isinstance(name, str) and name:
            return JobId(namespace, name)
    if job is None:
        problems.note(Code.PARENT, path, "A parent or root has a job; none is named here.")
    else:
        problems.lose(
            Code.PARENT, path, "The job of a parent or root has a namespace and a name that are text."
        )
    return None


class Forwarded(NamedTuple):
    """A facet of the parent or root run, or of its job, that a parent facet carries: ``value`` is canonical JSON."""

    of: str
    key: str
    value: str


def forwarded(facet: dict[str, Any], path: str, problems: Problems) -> tuple[Forwarded, ...]:
    """The facets that a parent facet forwards (since 1-2-0): copies, for what the parent's own events say stands."""
    members = Members(facet, path, problems)
    root = members.object("root")
    found: list[Forwarded] = []
    for owner, prefix in ((members, ""), (root, "root ")):
        for part in ("run", "job"):
            held = None if owner is None else owner.object(part)
            facets = None if held is None else held.object("facets")
            named = {} if facets is None else facets.owner
            found += [Forwarded(prefix + part, key, encode(value)) for key, value in sorted(named.items())]
    return tuple(found)
