"""Datasets: sighted themselves, described by documents, or only named: by a symlink (Alias), or by column lineage or an
edge in a document (DatasetReference)."""

from collections.abc import Collection, Mapping

from catalog import values
from catalog.fold.descriptions import Description
from catalog.fold.edges import FIELDS, told_by_document
from catalog.fold.history import DELETED, History
from catalog.fold.settling import (
    DESCRIPTION,
    GONE,
    Settling,
    dataset_of,
    delete_named,
    join_namespace,
    put,
    said_by_documents,
    scalars,
    searched_words,
)
from catalog.fold.workspace import Workspace
from catalog.graph import Direction, Node, Property
from catalog.identity import DatasetId
from catalog.tokens import search_text
from ontology.vocabulary import Label, Rel

NAMING = (
    *(Rel.ALIAS_OF, Rel.HAS_FIELD, Rel.INFLUENCES, Rel.HAD_DERIVATION, Rel.CONSUMED_BY, Rel.PRODUCES),
    Rel.RENAMED_TO,
)


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
    described = state.descriptions.of(keys)
    named = _named(work, keys - sighted, stored, described)
    for key in sorted(keys):
        if key in sighted and key not in state.facts:
            continue  # known before, and nothing of it changed here
        _put_dataset(state, key, stored.get(key), named.get(key), described.get(key))


def _named(
    work: Workspace, unsure: set[str], stored: Mapping[str, Node], described: Collection[str]
) -> dict[str, set[str]]:
    """How events name each of these names: by which types of edge.

    What stood before stands, unless an edge that may have been the last of its kind is dropped, or a document may have
    made it what it was: only then the store is asked, for it may have very many.
    """
    lost = {key for edge in work.dropped.values() for key in (edge.source, edge.target)} & unsure
    lost |= unsure & set(described)
    named: dict[str, set[str]] = {key: set() for key in unsure}
    for key in (unsure - lost) & stored.keys():
        named[key].add(Rel.ALIAS_OF if stored[key].label == Label.ALIAS else Rel.HAS_FIELD)
    told = [edge for edge in work.edges.values() if edge is not None and edge.type in NAMING]
    for edge in (*told, *work.edges_at(lost, NAMING, Direction.BOTH)):
        if told_by_document(edge):
            continue
        for key in {edge.source, edge.target} & unsure:
            named[key].add(edge.type)
    return named


def _put_dataset(
    state: Settling, key: str, stored: Node | None, named: set[str] | None, description: Description | None
) -> None:
    """``named``: how events name it where none sighted it, None for one that an event sighted."""
    work = state.work
    kept = named is None or bool(named)
    if not kept and description is None:
        if stored is not None:
            delete_named(state, stored)
        return
    dataset = work.names.get(key) or dataset_of(key, work)
    assert isinstance(dataset, DatasetId)
    identity: dict[str, Property] = {"namespace": dataset.namespace, "name": dataset.name}
    lives = kept or description is None or description.lives
    label = _label(named, description)
    said = {**said_by_documents(description, lives=lives), **identity}
    if not lives:
        said.update(GONE)
    elif label not in (Label.ALIAS, Label.DATASET_REFERENCE):
        paths = description.fields if description is not None and description.lives else []
        if named is None:
            said.update(scalars(work, state.facts[key], (DESCRIPTION,)))
            paths = [*_paths(work, state.facts[key]), *paths]
        said["searchText"] = search_text(*searched_words(label, said), *paths)
    put(work, Node(key, label, said), stored)
    if stored is None:
        join_namespace(work, key, dataset.namespace_key)


def _label(named: set[str] | None, description: Description | None) -> str:
    """What is sighted or described is a Dataset, even where only its alias is linked; a name that a symlink gives is an
    Alias, whatever else names it."""
    said = None
    if description is not None and (description.lives or named == set()):
        said = description.label
    if said is not None and said not in (Label.ALIAS, Label.DATASET_REFERENCE):
        return said
    if named is None:
        return Label.DATASET
    return Label.ALIAS if Rel.ALIAS_OF in named or said == Label.ALIAS else Label.DATASET_REFERENCE


def _paths(work: Workspace, facts: History) -> list[str]:
    """The paths of the fields of the schema that holds."""
    fields = facts.stretches().get(FIELDS)
    if fields is None or fields.value == DELETED:
        return []
    return [spec.path for spec in values.decode_fields(work.text(fields.value))]
