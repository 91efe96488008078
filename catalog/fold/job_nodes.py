"""Jobs: sighted themselves, or placeholders that a parent facet names."""

from catalog.fold.settling import DESCRIPTION, Settling, delete_named, join_namespace, put, scalars
from catalog.graph import Direction, Node, Property
from catalog.identity import JobId
from catalog.tokens import search_text
from ontology.vocabulary import Label, Rel

JOB_PROPERTIES = (DESCRIPTION, "processingType", "integration", "jobType")


def settle_jobs(state: Settling) -> None:
    work = state.work
    keys = state.job_keys | {
        edge.target
        for edge in work.touched_edges()
        if edge.type == Rel.OF_JOB and edge.target not in state.facts
    }
    work.lock(keys)
    stored = work.transaction.nodes(keys)
    sighted = state.sighted(keys)
    placeholders = keys - sighted
    held = work.touched_by(placeholders, (Rel.OF_JOB,), Direction.IN)
    work.load_blobs(
        stretch.value
        for key in keys & state.facts.keys()
        for name, stretch in state.facts[key].stretches().items()
        if name in JOB_PROPERTIES
    )
    for key in sorted(keys):
        node = stored.get(key)
        if key in placeholders and key not in held:
            if node is not None:
                delete_named(state, node)
        elif key in placeholders or key in state.facts:
            _put_job(state, key, node, inferred=key in placeholders)


def _put_job(state: Settling, key: str, stored: Node | None, *, inferred: bool) -> None:
    work = state.work
    job = work.names.get(key)
    if not isinstance(job, JobId):
        assert stored is not None
        job = JobId(str(stored.properties["namespace"]), str(stored.properties["name"]))
    properties: dict[str, Property] = {"namespace": job.namespace, "name": job.name}
    if inferred:
        properties["inferred"] = True
    else:
        properties.update(scalars(work, state.facts[key], JOB_PROPERTIES))
    properties["searchText"] = search_text(job.namespace, job.name, str(properties.get(DESCRIPTION, "")))
    put(work, Node(key, Label.JOB, properties), stored)
    if stored is None:
        join_namespace(work, key, job.namespace_key)
