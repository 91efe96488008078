"""Nodes from what is known of them: sighted themselves, or only named by the edges that end at them.

A node that edges alone imply lives exactly as long as such an edge does: a field that only lineage names is *inferred*,
a dataset that only column lineage names is a DatasetReference, a name that only a symlink gives is an Alias, a parent
run without events of its own is a placeholder. Which it is never depends on the order of arrival.
"""

from collections.abc import Iterable

from catalog.fold.dataset_nodes import settle_datasets
from catalog.fold.field_nodes import homes, settle_fields
from catalog.fold.job_nodes import settle_jobs
from catalog.fold.run_nodes import settle_runs
from catalog.fold.settling import Settling, put
from catalog.graph import Direction, Edge, Node
from catalog.identity import DatasetId, JobId
from ontology.vocabulary import Label, Rel


def settle(state: Settling) -> None:
    """Bring every node and every implied edge in line with the edges and sightings of this transaction."""
    settle_runs(state)
    fields, state.dataset_keys = _ends(state.work.touched_edges())
    state.dataset_keys |= homes(state.work, fields)
    state.work.lock(state.dataset_keys)
    settle_fields(state, fields)
    state.dataset_keys |= {key for key in state.fresh_facts if key.startswith("dataset/")}
    settle_datasets(state)
    state.job_keys |= {key for key in state.fresh_facts if key.startswith("job/")}
    settle_jobs(state)
    settle_namespaces(state)


def _ends(edges: Iterable[Edge]) -> tuple[set[str], set[str]]:
    """The fields and the datasets at the ends of edges."""
    keys = {key for edge in edges for key in (edge.source, edge.target)}
    return {k for k in keys if k.startswith("field/")}, {k for k in keys if k.startswith("dataset/")}


def settle_namespaces(state: Settling) -> None:
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
        put(work, Node(key, Label.NAMESPACE, {"name": name, "of": of}), stored.get(key))
    held = {edge.target for edge in work.edges_at(left, (Rel.IN_NAMESPACE,), Direction.IN)}
    for key in left - held:
        work.nodes[key] = None
