"""Datasets: sighted themselves, described by documents, or only named: by a symlink or as the normal form of another
name (Alias), or by column lineage or an edge in a document (DatasetReference)."""

from collections.abc import Collection, Iterable, Mapping

from catalog import values
from catalog.canonical import plain
from catalog.fold.descriptions import Description
from catalog.fold.edges import FIELDS, told_by_document, told_by_rule
from catalog.fold.history import DELETED, History
from catalog.fold.settling import (
    DESCRIPTION,
    GONE,
    Settling,
    curated,
    dataset_of,
    delete_named,
    join_namespace,
    of_kind,
    put,
    said_by_documents,
    scalars,
    searched_words,
)
from catalog.fold.workspace import Workspace
from catalog.graph import Direction, Edge, Node, Property
from catalog.identity import DatasetId, is_hashed
from catalog.instant import instant_of
from catalog.lifecycle import LIFECYCLE, properties
from catalog.naming.rules import naming
from catalog.tokens import search_text
from ontology.vocabulary import Label, Origin, Rel

DATASET_PROPERTIES = (
    DESCRIPTION,
    *(
        "datasetType",
        "subType",
        "datasetVersion",
        "dataSource",
        "dataSourceUri",
        "storageLayer",
        "fileFormat",
    ),
    *("catalog", "catalogType", "catalogFramework", "catalogSource", "metadataUri", "warehouseUri"),
)
"""The properties of datasets that facets give."""
HIERARCHY = "hierarchy"

NAMING = (
    *(Rel.ALIAS_OF, Rel.HAS_FIELD, Rel.INFLUENCES, Rel.HAD_DERIVATION, Rel.CONSUMED_BY, Rel.PRODUCES),
    Rel.RENAMED_TO,
)


def settle_datasets(state: Settling) -> None:
    """First the names that have another normal form: whether they are decides whether that is linked."""
    work, keys = state.work, state.dataset_keys
    sighted = state.sighted(keys)
    work.load_blobs(
        stretch.value
        for key in keys & state.facts.keys()
        for name, stretch in state.facts[key].stretches.items()
        if name in (FIELDS, HIERARCHY, LIFECYCLE, *DATASET_PROPERTIES)
    )
    changing = keys - (sighted - state.facts.keys())  # of others, known before, nothing changed here
    spelled = {key for key in changing if naming().normal(_identity(key, work)) is not None}
    _settle(state, spelled, sighted)
    linked = {edge.target for edge in work.touched_edges() if told_by_rule(edge)}
    work.lock(linked)
    others = (changing - spelled) | linked
    sighted |= state.sighted(others - keys)
    _settle(state, others - (sighted - state.facts.keys()), sighted)


def normal_forms(keys: Iterable[str]) -> set[str]:
    """The keys of the names that the datasets among the keys are linked to by a naming rule, as far as keys tell."""
    spelled = (DatasetId.parse(key) for key in of_kind(keys, "dataset") if not is_hashed(key))
    found = (naming().normal(dataset) for dataset in spelled)
    return {normal.dataset.key for normal in found if normal is not None}


def _identity(key: str, work: Workspace) -> DatasetId:
    """What a key of a dataset names; the store is asked only for one that is a hash."""
    known = work.names.get(key)
    if isinstance(known, DatasetId):
        return known
    return dataset_of(key, work) if is_hashed(key) else DatasetId.parse(key)


def _settle(state: Settling, keys: set[str], sighted: set[str]) -> None:
    work = state.work
    stored = work.transaction.nodes(keys)
    described = state.descriptions.of(keys)
    named = _named(work, keys - sighted, stored, {*described, *state.gone})
    for key in sorted(keys):
        _put_dataset(state, key, stored.get(key), named.get(key), described.get(key))


def _named(
    work: Workspace, unsure: set[str], stored: Mapping[str, Node], doubted: Collection[str]
) -> dict[str, set[str]]:
    """How events name each of these names: by which types of edge.

    What stood before stands, unless an edge that may have been the last of its kind is dropped, or a document or an
    entry that is forgotten may have made it what it was (``doubted``): only then the store is asked, for it may have
    very many.
    """
    lost = {key for edge in work.dropped.values() for key in (edge.source, edge.target)} & unsure
    lost |= unsure & set(doubted)
    named: dict[str, set[str]] = {key: set() for key in unsure}
    for key in (unsure - lost) & stored.keys():
        named[key].add(Rel.ALIAS_OF if stored[key].label == Label.ALIAS else Rel.HAS_FIELD)
    told = [edge for edge in work.edges.values() if edge is not None and edge.type in NAMING]
    for edge in (*told, *work.edges_at(lost, NAMING, Direction.BOTH)):
        if told_by_document(edge):
            continue
        named_by = {edge.target} if told_by_rule(edge) else {edge.source, edge.target}
        for key in named_by & unsure:
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
            link = _rule_link(_identity(key, work), work)
            work.change_edges({edge.id: None for edge in link}, link)
        return
    dataset = _identity(key, work)
    identity: dict[str, Property] = {"namespace": dataset.namespace, "name": dataset.name}
    lives = kept or description is None or description.lives
    label = _label(named, description)
    said = {**said_by_documents(description, lives=lives), **identity}
    if not lives:
        said.update(GONE)
    elif label not in (Label.ALIAS, Label.DATASET_REFERENCE):
        paths = description.fields if description is not None and description.lives else []
        if named is None:
            said.update(scalars(work, state.facts[key], DATASET_PROPERTIES))
            said.update(_hierarchy(work, state.facts[key]))
            said.update(_lifecycle(work, state.facts[key]))
            said.update(curated(description))
            paths = [*_paths(work, state.facts[key]), *paths]
        said["searchText"] = search_text(*searched_words(label, said), *paths)
    put(work, Node(key, label, said), stored)
    if stored is None:
        join_namespace(work, key, dataset.namespace_key)
        work.edges.update({edge.id: edge for edge in _rule_link(dataset, work)})


def _rule_link(dataset: DatasetId, work: Workspace) -> tuple[Edge, ...]:
    """The link of a name to its normal form: as long as the name is known, whatever the time."""
    normal = naming().normal(dataset)
    if normal is None:
        return ()
    target = normal.dataset.key
    work.names[dataset.key], work.names[target] = dataset, normal.dataset
    said = (("aliasType", normal.alias_type),)
    return (Edge(Rel.ALIAS_OF, dataset.key, target, dataset.key, Origin.OBSERVED, said),)


def _lifecycle(work: Workspace, facts: History) -> dict[str, Property]:
    """The state it is in, and since when it exists no more."""
    change = facts.stretches.get(LIFECYCLE)
    if change is None or change.value == DELETED:
        return {}
    return dict(properties(plain(work.text(change.value)), instant_of(change.first)))


def _label(named: set[str] | None, description: Description | None) -> str:
    """What is sighted or described is a Dataset, even where only its alias is linked; a name that a symlink or a
    naming rule gives is an Alias, whatever else names it."""
    said = None
    if description is not None and (description.lives or named == set()):
        said = description.label
    if said is not None and said not in (Label.ALIAS, Label.DATASET_REFERENCE):
        return said
    if named is None:
        return Label.DATASET
    return Label.ALIAS if Rel.ALIAS_OF in named or said == Label.ALIAS else Label.DATASET_REFERENCE


def _hierarchy(work: Workspace, facts: History) -> dict[str, Property]:
    """The levels as one text, for readers of the graph."""
    stretch = facts.stretches.get(HIERARCHY)
    if stretch is None or stretch.value == DELETED:
        return {}
    levels = values.decode_hierarchy(work.text(stretch.value))
    return {HIERARCHY: " / ".join(f"{level.type} {level.name}" for level in levels)}


def _paths(work: Workspace, facts: History) -> list[str]:
    """The paths of the fields of the schema that holds."""
    fields = facts.stretches.get(FIELDS)
    if fields is None or fields.value == DELETED:
        return []
    return [spec.path for spec in values.decode_fields(work.text(fields.value))]
