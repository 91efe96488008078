"""What an event says of the quality of its datasets, in whichever place: results of checks, and figures.

Checks stand apart by the job that made them, which replaces its own earlier results whole; of figures the newest count.
Each comes with the run that told it. The value is the facet as sent, so that it is stored once wherever it stands.
"""

from collections.abc import Iterable, Iterator, Mapping

from catalog.canonical import encode
from catalog.identity import DatasetId, JobId, RunId
from catalog.statement import ASSERTIONS, METRICS, TOLD_BY_RUN
from ingest.facets.facet import Facet

ASSERTIONS_FACET = "dataQualityAssertions"
METRICS_FACET = "dataQualityMetrics"

Facets = Mapping[DatasetId, Mapping[str, Facet]]


def quality_values(
    datasets: Facets, roles: Iterable[Facets], job: JobId | None, run: RunId | None = None
) -> dict[DatasetId, dict[str, str | None]]:
    """The values of each dataset of an event. ``roles``: its inputFacets and outputFacets, which count first."""
    places = (*roles, datasets)
    return {dataset: dict(_values(dataset, places, job, run)) for dataset in datasets}


def _values(
    dataset: DatasetId, places: Iterable[Facets], job: JobId | None, run: RunId | None
) -> Iterator[tuple[str, str | None]]:
    teller = "" if job is None else job.key
    for key, value_key in ((ASSERTIONS_FACET, ASSERTIONS + teller), (METRICS_FACET, METRICS)):
        said = [place[dataset][key] for place in places if key in place.get(dataset, {})]
        facet = next((one for one in said if isinstance(one.value, dict)), None)
        if facet is not None:
            yield value_key, None if facet.deleted else facet.text
            yield TOLD_BY_RUN + value_key, None if facet.deleted or run is None else encode(run.value)
