"""The datasets that one event names: their facets merged, their lineage facets kept apart by role."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from catalog.identity import DatasetId, JobId, RunId
from catalog.redaction import NAMED
from catalog.statement import ColumnEdge, DatasetSighting
from ingest.facets.column_lineage import ColumnLineage
from ingest.facets.facet import Facet, read_facets
from ingest.facets.facet_type import FacetType
from ingest.facets.lifecycle import renamed_from
from ingest.facets.projection import odd_known, project
from ingest.facets.registry import DATASET_FACETS
from ingest.facets.run_facets import checked_texts
from ingest.memo import Memo
from ingest.problems import Code, Problems, shown
from ingest.quality import quality_values

COLUMN_LINEAGE = "columnLineage"
_COLUMNS: Memo[frozenset[ColumnEdge] | None] = Memo()


def read_identity(value: Any, path: str, code: Code, problems: Problems) -> tuple[str, str] | None:
    """(namespace, name) of a dataset or job; None and a problem unless both are text, the name not empty."""
    if not isinstance(value, dict):
        problems.lose(code, path, f"A {code} is an object; this is {shown(value)}.")
        return None
    namespace, name = value.get("namespace"), value.get("name")
    if isinstance(namespace, str) and isinstance(name, str) and name:
        return namespace, name
    problems.lose(
        code, path, f"A {code} has a namespace and a name that are text; without them it has no identity."
    )
    return None


def read_job_id(value: Any, path: str, problems: Problems) -> JobId | None:
    """The identity of a job; None, with a problem, when it has none."""
    identity = read_identity(value, path, Code.JOB, problems)
    return None if identity is None else JobId(*identity)


@dataclass(slots=True)
class Role:
    """The datasets an event names as inputs, or as outputs: each with the facets it has in this role."""

    datasets: dict[DatasetId, dict[str, Facet]] = field(default_factory=dict)
    lineage: dict[DatasetId, Facet] = field(default_factory=dict)

    def texts(self, types: Mapping[str, FacetType], problems: Problems) -> dict[DatasetId, dict[str, str]]:
        """The inputFacets or outputFacets of each dataset as text."""
        return {dataset: checked_texts(facets, types, problems) for dataset, facets in self.datasets.items()}

    def columns(self, problems: Problems) -> dict[DatasetId, frozenset[ColumnEdge]]:
        """The column edges of each dataset whose columnLineage facet says something."""
        read = {dataset: read_columns(facet, dataset, problems) for dataset, facet in self.lineage.items()}
        return {dataset: edges for dataset, edges in read.items() if edges is not None}


@dataclass(slots=True)
class Datasets:
    """Collects the datasets of one event. Named twice is one dataset: a later facet replaces an earlier."""

    problems: Problems
    facets: dict[DatasetId, dict[str, Facet]] = field(default_factory=dict)
    roles: list[Role] = field(default_factory=list)

    def read_list(self, event: Mapping[str, Any], key: str, role_facets_key: str) -> Role:
        """The datasets under ``inputs`` or ``outputs``; an absent or null list names none."""
        role = Role()
        self.roles.append(role)
        listed = event.get(key)
        path = f"$.{key}"
        if listed is not None and not isinstance(listed, list):
            self.problems.lose(Code.DATASET, path, f"The {key} are a list; this is {shown(listed)}.")
        for index, item in enumerate(listed if isinstance(listed, list) else ()):
            where = f"{path}[{index}]"
            dataset = self.read(item, where)
            if dataset is not None:
                own = read_facets(item, where, self.problems, role_facets_key)
                self._merge(role.datasets.setdefault(dataset, {}), own)
                lineage = self.facets[dataset].get(COLUMN_LINEAGE)
                if lineage is not None and lineage.path.startswith(f"{where}."):
                    role.lineage[dataset] = lineage
        return role

    def read_named(self, event: Mapping[str, Any]) -> None:
        """The datasets that are named beside what was taken out of the body."""
        named = event.get(NAMED)
        for index, item in enumerate(named if isinstance(named, list) else ()):
            self.read(item, f"$.{NAMED}[{index}]")

    def read(self, item: Any, path: str) -> DatasetId | None:
        """One dataset with its facets; None, with a problem, when it has no identity."""
        identity = read_identity(item, path, Code.DATASET, self.problems)
        if identity is None:
            return None
        dataset = DatasetId(*identity)
        self._merge(self.facets.setdefault(dataset, {}), read_facets(item, path, self.problems))
        return dataset

    def sightings(
        self,
        derived: Mapping[DatasetId, Mapping[str, str | None]] | None = None,
        job: JobId | None = None,
        run: RunId | None = None,
    ) -> tuple[DatasetSighting, ...]:
        """A sighting of each dataset in the order they were named, with the values that the event derives.

        ``job`` and ``run`` are those of the event: they told its quality. Facets of inputs and outputs belong to a run.
        """
        extra = derived or {}
        roles = () if run is None else [role.datasets for role in self.roles]
        quality = quality_values(self.facets, roles, job, run)
        said = {
            dataset: project(facets, DATASET_FACETS, self.problems)
            | quality[dataset]
            | dict(extra.get(dataset, {}))
            for dataset, facets in self.facets.items()
        }
        for dataset, facets in self.facets.items():
            for previous, values in renamed_from(dataset, facets).items():
                said[previous] = {**values, **said.get(previous, {})}
        return tuple(DatasetSighting(dataset, values) for dataset, values in said.items())

    def _merge(self, known: dict[str, Facet], more: dict[str, Facet]) -> None:
        """Add the facets of another mention of the same dataset."""
        for key in sorted(known.keys() & more.keys()):
            if known[key].text != more[key].text:
                message = (
                    "The event has this facet of this dataset again, and different; the last one counts."
                )
                self.problems.note(Code.REPEATED, known[key].path, message)
        known.update(more)


def read_columns(facet: Facet, output: DatasetId, problems: Problems) -> frozenset[ColumnEdge] | None:
    """The edges of a columnLineage facet; None when it says nothing, or is deleted."""
    if facet.deleted:
        return None
    if not isinstance(facet.value, dict):
        odd_known(facet, problems)
        return None
    value = facet.value
    return _COLUMNS.read(
        output, facet.text, lambda found: ColumnLineage(output, found).edges(value, facet.path), problems
    )


def lose_facets(roles: Iterable[tuple[str, Role]], problems: Problems) -> None:
    """Facets of inputs and outputs belong to a run; an event without one has nowhere to put them."""
    for key, role in roles:
        if any(role.datasets.values()):
            message = f"The {key[:-1]}Facets belong to a run; this event has none."
            problems.lose(Code.EXTRA_PART, f"$.{key}", message)
