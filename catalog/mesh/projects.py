"""Where the tables of a dbt project lie: what is known of some of its models tells of the others.

One run of a project writes with one adapter, so into one namespace. Where the jobs of a project have written into
several, somebody has built it on a copy, or it has moved: which of them its manifest means no job can tell. Then only
what people or documents say of one of its models counts for the others.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from copy import copy

from catalog.graph import Edge
from catalog.identity import DatasetId
from catalog.mesh.declared import Declared


class Projects:
    """Of each project: in which namespace it is at ``home``, whether it is ``spread`` over several."""

    def __init__(self) -> None:
        self._project: dict[str, str] = {}
        self._told: dict[str, dict[str, frozenset[str]]] = defaultdict(dict)
        self._written: dict[str, dict[str, frozenset[str]]] = defaultdict(dict)
        self._spaces: dict[str, frozenset[str]] = {}

    def copied(self) -> "Projects":
        """The same, which goes on by itself."""
        same = copy(self)
        same._project, same._spaces = dict(self._project), dict(self._spaces)
        same._told = defaultdict(dict, {project: dict(of) for project, of in self._told.items()})
        same._written = defaultdict(dict, {project: dict(of) for project, of in self._written.items()})
        return same

    def tell(self, schema: str, project: str, told: Iterable[Edge], written: Iterable[Edge]) -> None:
        """What people and documents bind a schema to, and what the jobs of it write; empty: it is of no project."""
        self.leave(schema)
        if project:
            self._project[schema] = project
            self._told[project][schema] = _namespaces(told)
            self._written[project][schema] = _namespaces(written)
            self._spaces.pop(project, None)

    def leave(self, schema: str) -> None:
        """Forget what was told of a schema."""
        project = self._project.pop(schema, None)
        if project is not None:
            del self._told[project][schema], self._written[project][schema]
            self._spaces.pop(project, None)

    def of(self, schema: str) -> str:
        """The project of a schema; empty for one of none."""
        return self._project.get(schema, "")

    def schemas(self, project: str) -> Collection[str]:
        """The schemas of a project."""
        return self._told[project].keys()

    def spaces(self, project: str) -> frozenset[str]:
        """The namespaces in which a project lies: what is told counts before what is written."""
        if project not in self._spaces:
            told = self._told.get(project, {}).values()
            written = self._written.get(project, {}).values()
            self._spaces[project] = frozenset().union(*told) or frozenset().union(*written)
        return self._spaces[project]

    def home(self, project: str) -> str | None:
        """The one namespace in which a project lies, where there is one."""
        spaces = self.spaces(project)
        return next(iter(spaces)) if len(spaces) == 1 else None

    def is_spread(self, project: str) -> bool:
        """Whether it lies in several, so that a name in one of them shows nothing."""
        return len(self.spaces(project)) > 1


def project_of(declared: Declared, schema: str) -> str:
    """The dbt project of a schema: ``shop`` of ``model.shop.orders``; empty for what dbt does not know."""
    parts = (declared.text(schema, "uniqueId") or "").split(".")
    return parts[1] if len(parts) > 2 else ""


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


def _namespaces(edges: Iterable[Edge]) -> frozenset[str]:
    return frozenset(namespace_of(edge.target) for edge in edges)
