"""Datasets: sighted themselves, or only named: by a symlink (Alias) or by column lineage (DatasetReference)."""

from collections.abc import Mapping

from catalog import values
from catalog.fold.edges import FIELDS
from catalog.fold.history import DELETED, History
from catalog.fold.settling import (
    DESCRIPTION,
    Settling,
    dataset_of,
    delete_named,
    join_namespace,
    put,
    scalars,
)
from catalog.fold.workspace import Workspace
from catalog.graph import Direction, Node, Property
from catalog.identity import DatasetId
from catalog.tokens import search_text
from ontology.vocabulary import Label, Rel

NAMING = (Rel.ALIAS_OF, Rel.HAS_FIELD, Rel.INFLUENCES, Rel.HAD_DERIVATION)


def settle_datasets(state: Settling) -> None:
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
            delete_named(state, stored)
        return
    dataset = work.names.get(key) or dataset_of(key, work)
    assert isinstance(dataset, DatasetId)
    properties: dict[str, Property] = {"namespace": dataset.namespace, "name": dataset.name}
    if named is None:
        label = Label.DATASET
        properties.update(_dataset_facts(work, dataset, state.facts[key]))
    else:
        label = Label.ALIAS if Rel.ALIAS_OF in named else Label.DATASET_REFERENCE
    put(work, Node(key, label, properties), stored)
    if stored is None:
        join_namespace(work, key, dataset.namespace_key)


def _dataset_facts(work: Workspace, dataset: DatasetId, facts: History) -> dict[str, Property]:
    found = scalars(work, facts, (DESCRIPTION,))
    stretches = facts.stretches()
    fields = stretches.get(FIELDS)
    paths = [] if fields is None or fields.value == DELETED else values.decode_fields(work.text(fields.value))
    words = (dataset.namespace, dataset.name, str(found.get(DESCRIPTION, "")), *(spec.path for spec in paths))
    return {**found, "searchText": search_text(*words)}
