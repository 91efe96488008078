"""Nodes from what is known of them: sighted, described by documents, or only named by edges that end at them.

A node that edges of events alone imply lives exactly as long as such an edge does: a field that only lineage names is
*inferred*, a dataset that only column lineage names is a DatasetReference, a name that only a symlink gives is an
Alias, a parent run without events of its own is a placeholder. What a document has ever had stays: when none has it any
more and no event names it, it is *gone*, and keeps its place in the past. Which it is never depends on the order of
arrival.
"""

from collections.abc import Iterable

from catalog.fold.dataset_nodes import settle_datasets
from catalog.fold.described_nodes import settle_described
from catalog.fold.field_nodes import homes, settle_fields
from catalog.fold.job_nodes import settle_jobs
from catalog.fold.namespace_nodes import settle_namespaces
from catalog.fold.run_nodes import settle_runs
from catalog.fold.settling import Settling, of_kind
from catalog.graph import Edge


def settle(state: Settling) -> None:
    """Bring every node and every implied edge in line with the edges, sightings and documents of this transaction."""
    settle_runs(state)
    fields, state.dataset_keys = _ends(state.work.touched_edges())
    fields |= of_kind(state.described, "field")
    state.dataset_keys |= homes(state.work, fields)
    state.work.lock(state.dataset_keys)
    settle_fields(state, fields)
    state.dataset_keys |= of_kind([*state.fresh_facts, *state.described], "dataset")
    settle_datasets(state)
    state.job_keys |= of_kind([*state.fresh_facts, *state.described], "job")
    settle_jobs(state)
    settle_namespaces(state)
    settle_described(state)


def _ends(edges: Iterable[Edge]) -> tuple[set[str], set[str]]:
    """The fields and the datasets at the ends of edges."""
    keys = {key for edge in edges for key in (edge.source, edge.target)}
    return of_kind(keys, "field"), of_kind(keys, "dataset")
