"""The values that the facets of a dataset or job say: each as sent, and what the known ones derive."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

from ingest.facets.documentation import read_documentation
from ingest.facets.facet import Facet, note_odd_types
from ingest.facets.job_type import PROPERTIES, read_job_type
from ingest.facets.schema import read_schema
from ingest.facets.symlinks import read_symlinks
from ingest.memo import Memo
from ingest.problems import Code, Problems

Read: TypeAlias = Callable[[dict[str, Any], str, Problems], dict[str, str | None]]

_VALUES: Memo[dict[str, str | None]] = Memo()


@dataclass(frozen=True, slots=True)
class Projection:
    """How a known facet becomes values: the reader, and the keys it may give (they go with the facet)."""

    read: Read
    keys: tuple[str, ...]


DATASET_PROJECTIONS: Mapping[str, Projection] = {
    "schema": Projection(read_schema, ("fields",)),
    "symlinks": Projection(read_symlinks, ("aliases",)),
    "documentation": Projection(read_documentation, ("description",)),
}
JOB_PROJECTIONS: Mapping[str, Projection] = {
    "documentation": Projection(read_documentation, ("description",)),
    "jobType": Projection(read_job_type, PROPERTIES),
}


def project(
    facets: Mapping[str, Facet], projections: Mapping[str, Projection], problems: Problems
) -> dict[str, str | None]:
    """The values of an entity; a deleted facet takes its derived values with it."""
    values: dict[str, str | None] = {}
    for key, facet in facets.items():
        known = projections.get(key)
        if facet.deleted:
            values[f"facet:{key}"] = None
            values.update(dict.fromkeys(known.keys if known else ()))
            continue
        values[f"facet:{key}"] = facet.text
        if known is None:
            note_odd_types({key: facet}, problems)
        elif isinstance(facet.value, dict):
            values.update(
                _VALUES.read(known.read, facet.text, partial(known.read, facet.value, facet.path), problems)
            )
        else:
            odd_known(facet, problems)
    return values


def odd_known(facet: Facet, problems: Problems) -> None:
    """A known facet that is no object: null says nothing, anything else was not understood."""
    tell = problems.note if facet.value is None else problems.lose
    tell(Code.FACET_TYPE, facet.path, facet.odd_type)
