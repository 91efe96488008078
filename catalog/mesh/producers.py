"""What producers tell of the thing that a job makes: the unique id of a dbt model, in the job's ``dbt_node`` facet."""

from collections import defaultdict
from collections.abc import Collection

from catalog import state
from catalog.canonical import plain
from catalog.facet_keys import having_facet
from catalog.graph import Direction, Edge
from catalog.store.port import ALL_TIME, Reader
from ontology.vocabulary import Rel

FACET = "dbt_node"
"""Job facet of openlineage-dbt (DbtNodeJobFacet): ``unique_id`` is that of the node in the manifest."""
MAX_JOBS = 50_000


def written_by_id(reader: Reader, ids: Collection[str], at: int | None) -> dict[str, list[Edge]]:
    """The PRODUCES edges of the jobs that name each unique id, until ``at``, also those that have ended: a build on a
    copy is a run of the very same job. A fixed number of questions, none where no id is asked for."""
    if not ids:
        return {}
    jobs = having_facet(reader, "job", FACET, None, None, MAX_JOBS)
    if not jobs:
        return {}
    key = state.FACET + FACET
    told = {job: found.get(key) for job, found in state.facts(reader, jobs, at).items()}
    by_id: dict[str, str] = {}
    for job, fact in told.items():
        said = None if fact is None or fact.text is None else plain(fact.text)
        unique_id = said.get("unique_id") if isinstance(said, dict) else None
        if isinstance(unique_id, str) and unique_id in ids:
            by_id[job] = unique_id
    found: dict[str, list[Edge]] = defaultdict(list)
    for edge in reader.edges(by_id, (Rel.PRODUCES,), Direction.OUT, ALL_TIME) if by_id else ():
        if at is None or edge.valid_from is None or edge.valid_from <= at:
            found[by_id[edge.source]].append(edge)
    return dict(found)
