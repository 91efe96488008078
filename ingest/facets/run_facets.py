"""The facets of a run, and of its inputs and outputs: they belong to it alone, and cannot be deleted."""

from collections.abc import Mapping
from dataclasses import dataclass

from catalog.canonical import encode, plain
from catalog.statement import DEPENDENCIES, GAP
from ingest.facets.facet import Facet
from ingest.facets.facet_type import FacetType
from ingest.facets.projection import derived
from ingest.facets.registry import RUN_FACETS
from ingest.problems import Problems

OF_LINEAGE = frozenset((DEPENDENCIES, GAP))
"""Values that belong to the lineage of the job; the others are properties of the run."""


@dataclass(frozen=True, slots=True)
class RunFacets:
    """The facets of a run as sent; what they say of the lineage of its job; and, by facet, its properties."""

    texts: Mapping[str, str]
    values: Mapping[str, str]
    properties: Mapping[str, str]


def read_run_facets(facets: Mapping[str, Facet], problems: Problems) -> RunFacets:
    """Read the facets of a run. A facet of properties gives them even if it has none: those of an older one go."""
    values: dict[str, str] = {}
    properties: dict[str, str] = {}
    for key, facet in facets.items():
        known = RUN_FACETS.get(key)
        found = derived(facet, known, problems)
        values.update({name: text for name, text in found.items() if text and name in OF_LINEAGE})
        if known is not None and not OF_LINEAGE.issuperset(known.gives):
            told = {name: plain(text) for name, text in found.items() if text and name not in OF_LINEAGE}
            properties[key] = encode(told)
    return RunFacets(as_sent(facets), values, properties)


def checked_texts(
    facets: Mapping[str, Facet], types: Mapping[str, FacetType], problems: Problems
) -> dict[str, str]:
    """The facets of an input or output as sent; what cannot be read of the known ones is told."""
    for key, facet in facets.items():
        derived(facet, types.get(key), problems)
    return as_sent(facets)


def as_sent(facets: Mapping[str, Facet]) -> dict[str, str]:
    """The canonical texts of facets."""
    return {key: facet.text for key, facet in facets.items()}
