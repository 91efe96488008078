"""Jobs: sighted themselves, described by documents, or placeholders that a parent or jobDependencies facet or a
document names."""

from catalog.fold.descriptions import Description, Standing
from catalog.fold.settling import (
    DESCRIPTION,
    GONE,
    Settling,
    curated,
    delete_named,
    join_namespace,
    of_kind,
    put,
    said_by_documents,
    scalars,
    searched_words,
)
from catalog.graph import Direction, Node, Property
from catalog.identity import JobId
from catalog.tokens import search_text
from ontology.vocabulary import Label, Rel

JOB_PROPERTIES = (
    DESCRIPTION,
    *("processingType", "integration", "jobType", "eventTrigger", "eventContentMode", "windowDuration"),
    *("dialect", "sourceControl", "sourceUrl", "repoUrl", "sourcePath", "sourceVersion", "sourceTag"),
    *("sourceBranch", "pullRequestNumber", "sourceLanguage"),
)
"""The properties of jobs that facets give."""

NAMING = (Rel.OF_JOB, Rel.CONSUMED_BY, Rel.PRODUCES, Rel.PASSES_DATA_TO, Rel.PRECEDES)
"""The edges by which events name a job that need not have events of its own: of a parent run, of stated lineage, of
control flow."""


def settle_jobs(state: Settling) -> None:
    work = state.work
    ends = {end for edge in work.touched_edges() if edge.type in NAMING for end in (edge.source, edge.target)}
    keys = state.job_keys | (of_kind(ends, "job") - state.facts.keys())
    work.lock(keys)
    stored = work.transaction.nodes(keys)
    sighted = state.sighted(keys)
    described = state.descriptions.of(keys)
    placeholders = keys - sighted
    held = work.touched_by_events(placeholders, NAMING, Direction.BOTH)
    work.load_blobs(
        stretch.value
        for key in keys & state.facts.keys()
        for name, stretch in state.facts[key].stretches.items()
        if name in JOB_PROPERTIES
    )
    for key in sorted(keys):
        node, description = stored.get(key), described.get(key)
        if key in sighted:
            if key in state.facts:
                _put_job(state, key, node, description, kept=True)
        elif key in held or description is not None:
            _put_job(state, key, node, description, kept=key in held)
        elif node is not None:
            delete_named(state, node)


def _put_job(
    state: Settling, key: str, stored: Node | None, description: Description | None, *, kept: bool
) -> None:
    """``kept``: events sight it, or name it."""
    work = state.work
    job = work.names.get(key)
    if not isinstance(job, JobId):
        assert stored is not None
        job = JobId(str(stored.properties["namespace"]), str(stored.properties["name"]))
    lives = kept or description is None or description.lives
    said = said_by_documents(description, lives=lives)
    label = Label.JOB if description is None or (lives and not description.lives) else description.label
    if key in state.facts:
        said.pop("inferred", None)
        said.update(scalars(work, state.facts[key], JOB_PROPERTIES))
        said.update(curated(description))
    elif not lives:
        said.update(GONE)
    elif description is None or description.standing is not Standing.DESCRIBED:
        said["inferred"] = True
    properties: dict[str, Property] = {**said, "namespace": job.namespace, "name": job.name}
    if lives:
        properties["searchText"] = search_text(*searched_words(label, properties))
    put(work, Node(key, label, properties), stored)
    if stored is None:
        join_namespace(work, key, job.namespace_key)
