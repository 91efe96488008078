"""Where the tables of a dbt project lie: what is known of some of its models tells of the others.

One run of a project writes with one adapter, so into one namespace. Where the jobs of a project have written into
several, somebody has built it on a copy, or it has moved: which of them its manifest means no job can tell. Then only
what people or documents say of one of its models counts for the others.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from catalog.graph import Edge
from catalog.identity import DatasetId
from catalog.mesh.declared import Declared


class Projects:
    """Of each project: in which namespace it is at ``home``, whether it is ``spread`` over several."""

    def __init__(self, told: Mapping[str, Iterable[Edge]], written: Mapping[str, Iterable[Edge]]) -> None:
        """``told``: project → what people and documents bind; ``written``: project → what its jobs write."""
        said = {project: _namespaces(edges) for project, edges in told.items()}
        seen = {project: _namespaces(edges) for project, edges in written.items()}
        self._spaces = {project: said.get(project) or seen[project] for project in seen} | said

    def home(self, project: str) -> str | None:
        """The one namespace in which a project lies, where there is one."""
        spaces = self._spaces.get(project, set())
        return next(iter(spaces)) if len(spaces) == 1 else None

    def is_spread(self, project: str) -> bool:
        """Whether it lies in several, so that a name in one of them shows nothing."""
        return len(self._spaces.get(project, ())) > 1


def project_of(declared: Declared, schema: str) -> str:
    """The dbt project of a schema: ``shop`` of ``model.shop.orders``; empty for what dbt does not know."""
    parts = (declared.text(schema, "uniqueId") or "").split(".")
    return parts[1] if len(parts) > 2 else ""


def grouped(declared: Declared, edges: Iterable[tuple[str, Iterable[Edge]]]) -> dict[str, list[Edge]]:
    """The edges of schemas by their project."""
    found: dict[str, list[Edge]] = defaultdict(list)
    for schema, of_schema in edges:
        project = project_of(declared, schema)
        if project:
            found[project] += of_schema
    return found


def is_table_of(declared: Declared, schema: str, dataset: str) -> bool:
    """Whether a dataset has the name under which a schema says that it lies, as far as both spell it out.

    A developer's build of a model writes a table of the same name in another schema.
    """
    told = (declared.text(schema, "database"), declared.text(schema, "databaseSchema"))
    name = declared.text(schema, "physicalName") or declared.text(schema, "name") or ""
    wanted = ".".join([*filter(None, told), name]).casefold()
    found = name_of(dataset).replace("/", ".").casefold()
    return wanted == found or wanted.endswith(f".{found}") or found.endswith(f".{wanted}")


def name_of(dataset: str) -> str:
    """The name of a dataset, as far as its key spells it."""
    try:
        return DatasetId.parse(dataset).name
    except ValueError:
        return ""


def namespace_of(dataset: str) -> str:
    """The namespace of a dataset, as far as its key spells it."""
    try:
        return DatasetId.parse(dataset).namespace
    except ValueError:
        return ""


def _namespaces(edges: Iterable[Edge]) -> set[str]:
    return {namespace_of(edge.target) for edge in edges}
