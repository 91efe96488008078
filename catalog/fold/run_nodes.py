"""Runs as nodes: with events of their own, described by documents, or placeholders that a parent facet names."""

from collections.abc import Collection, Iterable, Mapping

from catalog.fold.descriptions import Description, Standing
from catalog.fold.edges import Entity, told_by_document
from catalog.fold.ledger import FACTS
from catalog.fold.runs import Parent, RunState, jobs, load_run
from catalog.fold.settling import GONE, INFERRED, Settling, of_kind, put, said_by_documents
from catalog.fold.workspace import Workspace
from catalog.graph import Direction, Edge, Node, Property
from catalog.identity import JobId, RunId, is_hashed
from catalog.store.port import Space
from ontology.vocabulary import Label, Origin, Rel

ANCESTRY = (Rel.CHILD_OF, Rel.ROOT)


def settle_runs(state: Settling) -> None:
    """Nodes and edges of the runs with new events, and of the parents that they name or no longer name."""
    work, keys = state.work, sorted(state.runs)
    stored = work.transaction.nodes(keys)
    described = state.descriptions.of(keys)
    own = (Rel.OF_JOB, *ANCESTRY)
    edges_before: dict[str, list[Edge]] = {key: [] for key in keys}
    for edge in work.transaction.edges([key for key in keys if key in stored], own, Direction.OUT):
        if not told_by_document(edge):
            edges_before[edge.source].append(edge)
    parents: set[str] = set()
    for key in keys:
        run = state.runs[key]
        work.names[key] = run.id
        put(work, _run_node(key, run, described.get(key)), stored.get(key))
        wanted = {edge.id: edge for edge in _run_edges(run, work)}
        before = {edge.id: edge for edge in edges_before[key]}
        changes: dict[str, Edge | None] = {i: edge for i, edge in wanted.items() if i not in before}
        changes.update({i: None for i in before if i not in wanted})
        work.change_edges(changes, before.values())
        parents |= {
            edge.target
            for edge in (*wanted.values(), *before.values())
            if edge.type in ANCESTRY and edge.id in changes
        }
    parents |= {edge.target for edge in work.dropped.values() if edge.type in ANCESTRY}
    others = parents | of_kind([*state.described, *state.gone], "run")
    _settle_others(state, others - state.runs.keys())


def _run_node(key: str, run: RunState, description: Description | None) -> Node:
    said = said_by_documents(description, lives=True)
    said.pop("inferred", None)
    return Node(key, Label.RUN, {**said, **run.properties()})


def _run_edges(run: RunState, work: Workspace) -> list[Edge]:
    key = run.id.key
    found = []
    for job_key, job in jobs(run).items():
        work.names[job_key] = job
        found.append(Edge(Rel.OF_JOB, key, job_key, key, Origin.OBSERVED))
    if run.parent is not None:
        parent, root, _ = run.parent
        found.append(_ancestor_edge(Rel.CHILD_OF, key, parent, work))
        if root is not None:
            found.append(_ancestor_edge(Rel.ROOT, key, root, work))
    return [edge for edge in found if edge.source != edge.target]


def _ancestor_edge(rel: Rel, key: str, ancestor: Parent, work: Workspace) -> Edge:
    target = RunId(ancestor.run)
    work.names[target.key] = target
    if ancestor.job is None:
        return Edge(rel, key, target.key, key, Origin.OBSERVED)
    job = JobId(*ancestor.job)
    work.names[job.key] = job
    return Edge(rel, key, target.key, key, Origin.OBSERVED, (("job", job.key),))


def _settle_others(state: Settling, keys: set[str]) -> None:
    """Runs without new events: those that documents describe, and those that parent facets name."""
    work = state.work
    work.lock(keys)
    stored = work.transaction.nodes(keys)
    described = state.descriptions.of(keys)
    for key in keys & state.other_runs.keys():
        put(work, _run_node(key, state.other_runs[key], described.get(key)), stored.get(key))
    _settle_placeholders(state, keys - state.sighted(keys), stored, described)


def _settle_placeholders(
    state: Settling, keys: set[str], stored: Mapping[str, Node], described: Mapping[str, Description]
) -> None:
    """Runs without events of their own: inferred nodes of the jobs that parent facets name."""
    work = state.work
    edges = work.transaction.edges(keys, (Rel.OF_JOB,), Direction.OUT)
    of_job = {(edge.source, edge.target): edge for edge in edges if not told_by_document(edge)}
    lost = {edge.target for edge in work.dropped.values() if edge.type in ANCESTRY} | set(state.gone)
    named = work.touched_by_events(keys, ANCESTRY, Direction.IN)
    still = work.edges_at(keys & lost, ANCESTRY, Direction.IN)
    wanted = _implied_jobs(still)
    _name_jobs(work, still, {job for _, job in wanted})
    stays = {pair for pair in of_job if pair[0] not in lost}
    wanted.update(
        _implied_jobs(edge for edge in work.edges.values() if edge is not None and edge.target in keys)
    )
    known = {edge.id for edge in of_job.values()}
    changes: dict[str, Edge | None] = {edge.id: edge for edge in wanted.values() if edge.id not in known}
    implied = {edge.id for edge in wanted.values()}
    changes.update(
        {
            edge.id: None
            for pair, edge in of_job.items()
            if edge.id not in implied and (pair in wanted or pair not in stays)
        }
    )
    work.change_edges(changes, of_job.values())
    for key in sorted(keys):
        if key in named or key in described:
            _put_placeholder(state, key, stored.get(key), described.get(key), named=key in named)
        else:
            work.nodes[key] = None


def _name_jobs(work: Workspace, naming: Collection[Edge], jobs: set[str]) -> None:
    """Know the names of jobs that are named by runs which this transaction does not read: they may have no node yet."""
    unnamed = jobs - work.names.keys()
    work.names.update({key: JobId.parse(key) for key in unnamed if not is_hashed(key)})
    children = {
        edge.source for edge in naming if dict(edge.properties).get("job") in unnamed - work.names.keys()
    }
    stored = work.transaction.records(Space.STATE, [(key, FACTS) for key in children]) if children else {}
    for parent, root, _ in filter(None, (load_run(text).parent for text in stored.values())):
        for ancestor in filter(None, (parent, root)):
            if ancestor.job is not None:
                work.names[JobId(*ancestor.job).key] = JobId(*ancestor.job)


def _put_placeholder(
    state: Settling, key: str, stored: Node | None, description: Description | None, *, named: bool
) -> None:
    run: Entity | None = state.work.names.get(key)
    if not isinstance(run, RunId):
        assert stored is not None
        run = RunId(str(stored.properties["name"]))
    lives = named or (description is not None and description.lives)
    said: dict[str, Property] = said_by_documents(description, lives=lives)
    if not lives:
        said.update(GONE)
    elif description is None or description.standing is not Standing.DESCRIBED:
        said["inferred"] = True
    put(state.work, Node(key, Label.RUN, {**said, "name": run.value}), stored)


def _implied_jobs(edges: Iterable[Edge]) -> dict[tuple[str, str], Edge]:
    """(placeholder run, job) → the edge that parent facets imply."""
    found: dict[tuple[str, str], Edge] = {}
    for edge in edges:
        by_event = edge.type in ANCESTRY and not told_by_document(edge)
        job = dict(edge.properties).get("job") if by_event else None
        if isinstance(job, str):
            found[edge.target, job] = Edge(
                Rel.OF_JOB, edge.target, job, edge.target, Origin.OBSERVED, INFERRED
            )
    return found
