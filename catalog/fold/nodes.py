"""Nodes from what is known of them: sighted themselves, or only named by the edges that end at them.

A node that edges alone imply lives exactly as long as such an edge does: a field that only lineage names is *inferred*,
a dataset that only column lineage names is a DatasetReference, a name that only a symlink gives is an Alias, a parent
run without events of its own is a placeholder. Which it is never depends on the order of arrival.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field

from catalog import values
from catalog.canonical import plain
from catalog.fold.edges import FIELDS, Entity
from catalog.fold.history import DELETED, History
from catalog.fold.runs import Parent, RunState, jobs
from catalog.fold.workspace import Workspace
from catalog.graph import Direction, Edge, Node, Property
from catalog.identity import DatasetId, FieldId, JobId, RunId
from catalog.tokens import search_text
from ontology.vocabulary import Label, Origin, Rel

DESCRIPTION = "description"
JOB_PROPERTIES = (DESCRIPTION, "processingType", "integration", "jobType")
LINEAGE = (Rel.FEEDS, Rel.INFLUENCES)
NAMING = (Rel.ALIAS_OF, Rel.HAS_FIELD, Rel.INFLUENCES, Rel.HAD_DERIVATION)
"""The relationships that can name a dataset that no event has sighted."""
ANCESTRY = (Rel.CHILD_OF, Rel.ROOT)
INFERRED: tuple[tuple[str, bool], ...] = (("inferred", True),)


@dataclass
class Settling:
    """Which nodes this transaction may change, and what is known of the sighted ones.

    ``facts``: dataset or job key → its history of facts, for those sighted (now or before).
    ``runs``: run key → its state, likewise. ``sighted`` answers for keys beyond these by asking the store.
    """

    work: Workspace
    sighted: Callable[[Collection[str]], set[str]]
    facts: Mapping[str, History]
    fresh_facts: Collection[str]
    runs: Mapping[str, RunState]
    dataset_keys: set[str] = field(default_factory=set)
    job_keys: set[str] = field(default_factory=set)


def settle(state: Settling) -> None:
    """Bring every node and every implied edge in line with the edges and sightings of this transaction."""
    _settle_runs(state)
    fields, state.dataset_keys = _ends(state.work.touched_edges())
    state.dataset_keys |= _homes(state.work, fields)
    state.work.lock(state.dataset_keys)
    _settle_fields(state, fields)
    state.dataset_keys |= {key for key in state.fresh_facts if key.startswith("dataset/")}
    _settle_datasets(state)
    state.job_keys |= {key for key in state.fresh_facts if key.startswith("job/")}
    _settle_jobs(state)
    _settle_namespaces(state)


def _ends(edges: Iterable[Edge]) -> tuple[set[str], set[str]]:
    """The fields and the datasets at the ends of edges."""
    keys = {key for edge in edges for key in (edge.source, edge.target)}
    return {k for k in keys if k.startswith("field/")}, {k for k in keys if k.startswith("dataset/")}


# Fields


def _settle_fields(state: Settling, keys: set[str]) -> None:
    work = state.work
    stored = work.transaction.nodes(keys)
    proofs = _proofs(work, keys)
    implied = work.touched_by(keys - proofs.keys(), LINEAGE, Direction.BOTH)
    for key in sorted(keys):
        identity = work.names[key]
        assert isinstance(identity, FieldId)
        _put_field(state, key, identity, proofs.get(key), key in implied, stored.get(key))


def _proofs(work: Workspace, keys: set[str]) -> dict[str, Edge]:
    """For each field that a schema has ever shown: the edge of the newest such schema."""
    proofs = _shown_now(work, keys)
    incident: dict[str, list[Edge]] = {}
    for edge in work.edges_at(keys - proofs.keys(), (Rel.HAS_FIELD,), Direction.IN):
        incident.setdefault(edge.target, []).append(edge)
    for key, edges in incident.items():
        proof = _latest_proof(edges)
        if proof is not None:
            proofs[key] = proof
    return proofs


def _shown_now(work: Workspace, keys: set[str]) -> dict[str, Edge]:
    """The HAS_FIELD edges that a schema of this transaction shows as current."""
    return {
        edge.target: edge
        for edge in work.edges.values()
        if edge is not None and edge.type == Rel.HAS_FIELD and edge.valid_to is None and edge.target in keys
    }


def _latest_proof(edges: Iterable[Edge]) -> Edge | None:
    """The newest stretch in which a schema showed the field (two of one time: the greater text, whatever the order)."""
    proofs = [edge for edge in edges if edge.type == Rel.HAS_FIELD and edge.via == edge.source]
    return max(
        proofs, key=lambda e: (e.valid_to is None, e.valid_from or 0, repr(e.properties)), default=None
    )


def _homes(work: Workspace, fields: Collection[str]) -> set[str]:
    """The keys of the datasets of fields; learns the names of both where this transaction did not tell them."""
    unnamed = work.transaction.nodes([key for key in fields if key not in work.names])
    keys = {str(node.properties["dataset"]) for node in unnamed.values()}
    for key, node in work.transaction.nodes([key for key in keys if key not in work.names]).items():
        work.names[key] = DatasetId(str(node.properties["namespace"]), str(node.properties["name"]))
    for key, node in unnamed.items():
        work.names[key] = _field_of(node, work)
    return {identity.dataset.key for key in fields if isinstance(identity := work.names[key], FieldId)}


def _field_of(node: Node, work: Workspace) -> FieldId:
    dataset = node.properties["dataset"]
    assert isinstance(dataset, str)
    return FieldId(_dataset_of(dataset, work), str(node.properties["name"]))


def _dataset_of(key: str, work: Workspace) -> DatasetId:
    known = work.names.get(key)
    if isinstance(known, DatasetId):
        return known
    node = work.transaction.nodes((key,))[key]
    found = DatasetId(str(node.properties["namespace"]), str(node.properties["name"]))
    work.names[key] = found
    return found


def _put_field(
    state: Settling, key: str, identity: FieldId, proof: Edge | None, implied: bool, stored: Node | None
) -> None:
    work, dataset = state.work, identity.dataset
    work.names[dataset.key] = dataset
    inferred = Edge(Rel.HAS_FIELD, dataset.key, key, key, Origin.OBSERVED, INFERRED)
    was_inferred = stored is not None and bool(stored.properties.get("inferred"))
    if proof is None and implied and not was_inferred:
        work.edges[inferred.id] = inferred
    elif was_inferred and not (proof is None and implied):
        work.change_edges({inferred.id: None}, (inferred,))
    state.dataset_keys.add(dataset.key)
    if proof is None and not implied:
        work.nodes[key] = None
        return
    properties: dict[str, Property] = {"name": identity.path, "dataset": dataset.key}
    properties.update({"inferred": True} if proof is None else dict(proof.properties))
    _put(work, Node(key, Label.FIELD, properties), stored)


def _put(work: Workspace, node: Node, stored: Node | None) -> None:
    if node != stored:
        work.nodes[node.key] = node


# Datasets


def _settle_datasets(state: Settling) -> None:
    work, keys = state.work, state.dataset_keys
    stored = work.transaction.nodes(keys)
    sighted = state.sighted(keys)
    work.load_blobs(
        stretch.value
        for key in keys & state.facts.keys()
        for name, stretch in state.facts[key].stretches().items()
        if name in (FIELDS, DESCRIPTION)
    )
    named = _named(work, keys - sighted, stored)
    for key in sorted(keys):
        if key in sighted and key not in state.facts:
            continue  # known before, and nothing of it changed here
        _put_dataset(state, key, stored.get(key), named.get(key))


def _named(work: Workspace, unsure: set[str], stored: Mapping[str, Node]) -> dict[str, set[str]]:
    """How other things name each of these names: by which types of edge.

    What stood before stands, unless an edge that may have been the last of its kind is dropped: only then the store is
    asked, for it may have very many.
    """
    lost = {key for edge in work.dropped.values() for key in (edge.source, edge.target)} & unsure
    named: dict[str, set[str]] = {key: set() for key in unsure}
    for key in (unsure - lost) & stored.keys():
        named[key].add(Rel.ALIAS_OF if stored[key].label == Label.ALIAS else Rel.HAS_FIELD)
    told = [edge for edge in work.edges.values() if edge is not None and edge.type in NAMING]
    for edge in (*told, *work.edges_at(lost, NAMING, Direction.BOTH)):
        for key in {edge.source, edge.target} & unsure:
            named[key].add(edge.type)
    return named


def _put_dataset(state: Settling, key: str, stored: Node | None, named: set[str] | None) -> None:
    work = state.work
    if named is not None and not named:
        if stored is not None:
            _delete_named(state, stored)
        return
    dataset = work.names.get(key) or _dataset_of(key, work)
    assert isinstance(dataset, DatasetId)
    properties: dict[str, Property] = {"namespace": dataset.namespace, "name": dataset.name}
    if named is None:
        label = Label.DATASET
        properties.update(_dataset_facts(work, dataset, state.facts[key]))
    else:
        label = Label.ALIAS if Rel.ALIAS_OF in named else Label.DATASET_REFERENCE
    _put(work, Node(key, label, properties), stored)
    if stored is None:
        _join_namespace(work, key, dataset.namespace_key)


def _dataset_facts(work: Workspace, dataset: DatasetId, facts: History) -> dict[str, Property]:
    found = _scalars(work, facts, (DESCRIPTION,))
    stretches = facts.stretches()
    fields = stretches.get(FIELDS)
    paths = [] if fields is None or fields.value == DELETED else values.decode_fields(work.text(fields.value))
    words = (dataset.namespace, dataset.name, str(found.get(DESCRIPTION, "")), *(spec.path for spec in paths))
    return {**found, "searchText": search_text(*words)}


def _scalars(work: Workspace, facts: History, names: Iterable[str]) -> dict[str, Property]:
    stretches = facts.stretches()
    found: dict[str, Property] = {}
    for name in names:
        stretch = stretches.get(name)
        if stretch is not None and stretch.value != DELETED:
            value = plain(work.text(stretch.value))
            if isinstance(value, str | int | bool):
                found[name] = value
    return found


def _join_namespace(work: Workspace, key: str, namespace: str) -> None:
    edge = Edge(Rel.IN_NAMESPACE, key, namespace, key, Origin.OBSERVED)
    work.edges[edge.id] = edge


def _delete_named(state: Settling, node: Node) -> None:
    """Delete a dataset or job node that nothing names any more, and its place in its namespace."""
    work = state.work
    work.nodes[node.key] = None
    of = "job" if node.label == Label.JOB else "dataset"
    name = str(node.properties["namespace"])
    identity = JobId(name, "") if of == "job" else DatasetId(name, "")
    edge = Edge(Rel.IN_NAMESPACE, node.key, identity.namespace_key, node.key, Origin.OBSERVED)
    work.change_edges({edge.id: None}, (edge,))


# Jobs


def _settle_jobs(state: Settling) -> None:
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
                _delete_named(state, node)
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
        properties.update(_scalars(work, state.facts[key], JOB_PROPERTIES))
    properties["searchText"] = search_text(job.namespace, job.name, str(properties.get(DESCRIPTION, "")))
    _put(work, Node(key, Label.JOB, properties), stored)
    if stored is None:
        _join_namespace(work, key, job.namespace_key)


# Runs


def _settle_runs(state: Settling) -> None:
    """Nodes and edges of the runs with new events, and of the parents that they name or no longer name."""
    work, keys = state.work, sorted(state.runs)
    stored = work.transaction.nodes(keys)
    own = (Rel.OF_JOB, *ANCESTRY)
    edges_before: dict[str, list[Edge]] = {key: [] for key in keys}
    for edge in work.transaction.edges([key for key in keys if key in stored], own, Direction.OUT):
        edges_before[edge.source].append(edge)
    parents: set[str] = set()
    for key in keys:
        run = state.runs[key]
        work.names[key] = run.id
        _put(work, Node(key, Label.RUN, dict(run.properties())), stored.get(key))
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
    _settle_placeholders(state, parents - state.runs.keys())


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


def _settle_placeholders(state: Settling, keys: set[str]) -> None:
    """Runs that only parent facets name: inferred nodes of the jobs that those facets name."""
    work = state.work
    work.lock(keys)
    keys = keys - state.sighted(keys)
    stored = work.transaction.nodes(keys)
    of_job = {(e.source, e.target): e for e in work.transaction.edges(keys, (Rel.OF_JOB,), Direction.OUT)}
    lost = {edge.target for edge in work.dropped.values() if edge.type in ANCESTRY}
    named = work.touched_by(keys, ANCESTRY, Direction.IN)
    wanted = _implied_jobs(work.edges_at(keys & lost, ANCESTRY, Direction.IN))
    stays = {pair for pair in of_job if pair[0] not in lost}
    wanted.update(
        _implied_jobs(edge for edge in work.edges.values() if edge is not None and edge.target in keys)
    )
    changes: dict[str, Edge | None] = {edge.id: edge for pair, edge in wanted.items() if pair not in of_job}
    changes.update(
        {edge.id: None for pair, edge in of_job.items() if pair not in wanted and pair not in stays}
    )
    work.change_edges(changes, of_job.values())
    for key in sorted(keys):
        if key not in named:
            work.nodes[key] = None
            continue
        run: Entity | None = work.names.get(key)
        name = run.value if isinstance(run, RunId) else str(stored[key].properties["name"])
        _put(work, Node(key, Label.RUN, {"name": name, "inferred": True}), stored.get(key))


def _implied_jobs(edges: Iterable[Edge]) -> dict[tuple[str, str], Edge]:
    """(placeholder run, job) → the edge that parent facets imply."""
    found: dict[tuple[str, str], Edge] = {}
    for edge in edges:
        job = dict(edge.properties).get("job") if edge.type in ANCESTRY else None
        if isinstance(job, str):
            found[edge.target, job] = Edge(
                Rel.OF_JOB, edge.target, job, edge.target, Origin.OBSERVED, INFERRED
            )
    return found


# Namespaces


def _settle_namespaces(state: Settling) -> None:
    work = state.work
    joined: dict[str, tuple[str, str]] = {}
    for edge in work.edges.values():
        if edge is not None and edge.type == Rel.IN_NAMESPACE:
            identity = work.names[edge.source]
            assert isinstance(identity, DatasetId | JobId)
            joined[edge.target] = ("job" if isinstance(identity, JobId) else "dataset", identity.namespace)
    left = {edge.target for edge in work.dropped.values() if edge.type == Rel.IN_NAMESPACE} - joined.keys()
    work.lock(joined.keys() | left)
    stored = work.transaction.nodes(joined.keys())
    for key, (of, name) in joined.items():
        _put(work, Node(key, Label.NAMESPACE, {"name": name, "of": of}), stored.get(key))
    held = {edge.target for edge in work.edges_at(left, (Rel.IN_NAMESPACE,), Direction.IN)}
    for key in left - held:
        work.nodes[key] = None
