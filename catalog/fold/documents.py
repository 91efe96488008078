"""Documents: each version says all that a document says, node by node, in place of what the version before said."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import msgspec

from catalog import values
from catalog.canonical import encode
from catalog.fold.descriptions import Description, Descriptions, Telling, merged, ordered
from catalog.fold.edges import Entity
from catalog.fold.history import NODE, NODES, Advance, History, Observation
from catalog.fold.workspace import Workspace
from catalog.graph import EdgeSpec, Property
from catalog.identity import DatasetId, FieldId, JobId, RunId, is_hashed, kind_of
from catalog.statement import Described, DocumentStatement
from ontology.vocabulary import Rel

ABOUT = "document"
"""The value key of what a document says of itself."""


def document_values(said: DocumentStatement) -> dict[str, str]:
    """What a version of a document says, each value under its key (``node:<key>``, ``nodes``, ``document``).

    Raises ValueError for a node that is there twice, or an end of an edge that is not there.
    """
    nodes = {node.key: node for node in said.nodes}
    if len(nodes) != len(said.nodes):
        raise ValueError(f"{said.document} describes a node twice")
    edges = [edge for node in said.nodes for edge in node.edges]
    strangers = {end for edge in edges for end in (edge.source, edge.target)} - nodes.keys()
    strangers |= {home for node in said.nodes if (home := _home(node)) is not None} - nodes.keys()
    if strangers:
        raise ValueError(f"{said.document} has edges of nodes that it does not name: {sorted(strangers)[:3]}")
    derived = _derivations(edges, nodes)
    found = {NODE + key: _text(node, derived.get(key, ())) for key, node in nodes.items()}
    found[NODES] = encode(sorted(nodes))
    found[ABOUT] = encode(dict(said.properties))
    return found


def _text(node: Described, derived: Iterable[EdgeSpec]) -> str:
    return values.encode_described(
        Described(node.key, node.label, node.properties, (*node.edges, *derived), node.stub)
    )


def _home(node: Described) -> str | None:
    """The key of a field's dataset."""
    home = dict(node.properties).get("dataset") if kind_of(node.key) == "field" else None
    return str(home) if home is not None else None


def _derivations(edges: Iterable[EdgeSpec], nodes: Mapping[str, Described]) -> dict[str, set[EdgeSpec]]:
    """Between datasets, what their columns say (by dataset): walks of datasets then need not read columns.

    Not where a job of the document leads the same way: then its edges say so.
    """
    reads: dict[str, set[str]] = {}
    writes: dict[str, set[str]] = {}
    columns: list[EdgeSpec] = []
    for edge in edges:
        if edge.type == Rel.CONSUMED_BY:
            reads.setdefault(edge.source, set()).add(edge.target)
        elif edge.type == Rel.PRODUCES:
            writes.setdefault(edge.target, set()).add(edge.source)
        elif edge.type in (Rel.FEEDS, Rel.INFLUENCES):
            columns.append(edge)
    found: dict[str, set[EdgeSpec]] = {}
    for edge in columns:
        source, target = (_home(nodes[end]) or end for end in (edge.source, edge.target))
        if source != target and not reads.get(source, set()) & writes.get(target, set()):
            found.setdefault(source, set()).add(EdgeSpec(Rel.HAD_DERIVATION, source, target))
    return found


@dataclass(frozen=True, slots=True)
class Version:
    """What a transaction does to the history of one document: as it was, what it becomes, the versions that came."""

    before: History | None
    advanced: Advance
    observed: Mapping[str, Observation]


def describe(work: Workspace, descriptions: Descriptions, versions: Mapping[str, Version]) -> set[str]:
    """Bring the descriptions of all nodes that the documents (by key, locked) have or had in line with their versions;
    gives the keys of those of which something else is said now. Locks the nodes."""
    tellings: dict[str, dict[str, Telling]] = {}
    for document, version in versions.items():
        _learn_names(work, version.observed.values())
        for key, telling in _tellings(version.advanced).items():
            tellings.setdefault(key, {})[document] = telling
    work.lock(lock_keys(work, tellings))
    descriptions.read(tellings)
    stored = descriptions.of(tellings)
    changed = {
        key: {**(stored[key].tellings if key in stored else {}), **told} for key, told in tellings.items()
    }
    anew = {key for key, told in changed.items() if key not in stored or _differs(stored[key], told)}
    work.load_blobs(telling.digest for key in anew for telling in changed[key].values())
    for key in changed.keys() - anew:
        descriptions.put(key, msgspec.structs.replace(stored[key], tellings=changed[key]))
    fresh = set(versions)
    for key in anew:
        now = merged(key, changed[key], work.text)
        descriptions.put(key, now)
        if key not in stored or not _same(stored[key], now):
            fresh.add(key)
    return fresh


def unname(
    work: Workspace,
    descriptions: Descriptions,
    versions: Mapping[str, Version],
    nodes: Mapping[str, Collection[str]],
) -> set[str]:
    """Take back what documents (key → keys of nodes) have said of nodes that they name at no time any more; gives the
    nodes that they named until now. The nodes are locked."""
    lost: dict[str, set[str]] = {}
    for document, keys in nodes.items():
        version = versions.get(document)
        if version is None:  # it came together with the command, and was never kept otherwise
            continue
        for key in keys - _tellings(version.advanced).keys():
            lost.setdefault(key, set()).add(document)
    descriptions.read(lost)
    found = set()
    for key, stored in descriptions.of(lost).items():
        kept = {document: told for document, told in stored.tellings.items() if document not in lost[key]}
        if len(kept) < len(stored.tellings):
            found.add(key)
            work.load_blobs(telling.digest for telling in kept.values())
            descriptions.put(key, merged(key, kept, work.text) if kept else None)
    return found


def _tellings(advanced: Advance) -> dict[str, Telling]:
    """What a document now says of each node that it has, and of each node that it lost in this transaction."""
    found: dict[str, Telling] = {}
    for closed in sorted(advanced.closed, key=lambda one: one.at):
        if closed.key.startswith(NODE):
            found[closed.key[len(NODE) :]] = Telling(closed.at, closed.stretch.value, ended=True)
    for key, stretch in advanced.history.stretches.items():
        if key.startswith(NODE):
            found[key[len(NODE) :]] = Telling(stretch.last, stretch.value)
    return found


def _differs(stored: Description, told: Mapping[str, Telling]) -> bool:
    """Whether what is said may be another: other values, or another order of the documents that say something."""

    def in_order(tellings: Mapping[str, Telling]) -> list[tuple[str, str, bool]]:
        return [(document, one.digest, one.ended) for document, one in ordered(tellings)]

    return in_order(stored.tellings) != in_order(told)


def _same(one: Description, other: Description) -> bool:
    return msgspec.structs.replace(one, tellings={}) == msgspec.structs.replace(other, tellings={})


def lock_keys(work: Workspace, keys: Iterable[str]) -> set[str]:
    """What to lock for nodes: they themselves, but the datasets of fields."""
    keys = set(keys)
    fields = {key for key in keys if kind_of(key) == "field"}
    return (keys - fields) | {_locked_for(key, work.names.get(key)) for key in fields}


def _locked_for(field: str, identity: Entity | None) -> str:
    """The dataset of a field. A key that is a hash, of a field that nothing names now, is locked itself."""
    if isinstance(identity, FieldId):
        return identity.dataset.key
    return field if is_hashed(field) else FieldId.parse(field).dataset.key


def touched(said: DocumentStatement) -> set[str]:
    """The keys to lock for a version of a document, as far as it tells them itself."""
    nodes = [(node.key, dict(node.properties)) for node in said.nodes]
    names = names_of(nodes)
    return {said.document.key} | {
        _locked_for(key, names.get(key)) if kind_of(key) == "field" else key for key, _ in nodes
    }


def _learn_names(work: Workspace, observations: Iterable[Observation]) -> None:
    digests = {d for one in observations for key, d in one.values.items() if key.startswith(NODE)}
    nodes = [values.decode_described(work.text(digest)) for digest in digests]
    work.names.update(names_of((node.key, dict(node.properties)) for node in nodes))


def names_of(nodes: Iterable[tuple[str, Mapping[str, Property]]]) -> dict[str, Entity]:
    """What nodes of a document name, of the kinds that events name too: their keys spell it, and where a key is a hash
    their properties do. Raises ValueError where neither does."""
    found: dict[str, Entity] = {}
    fields: list[tuple[str, Mapping[str, Property]]] = []
    for key, properties in nodes:
        kind = kind_of(key)
        if kind == "field":
            fields.append((key, properties))
        elif kind in _KINDS:
            found[key] = _KINDS[kind].parse(key) if not is_hashed(key) else _spelled(key, properties)
    for key, properties in fields:
        found[key] = FieldId.parse(key) if not is_hashed(key) else _field(key, properties, found)
    return found


_KINDS: Mapping[str, type[DatasetId] | type[JobId] | type[RunId]] = {
    "dataset": DatasetId,
    "job": JobId,
    "run": RunId,
}


def _spelled(key: str, properties: Mapping[str, Property]) -> Entity:
    namespace, name = str(properties.get("namespace", "")), str(properties.get("name", ""))
    kind = kind_of(key)
    found = RunId(name) if kind == "run" else (DatasetId if kind == "dataset" else JobId)(namespace, name)
    return _checked(key, found)


def _field(key: str, properties: Mapping[str, Property], known: Mapping[str, Entity]) -> Entity:
    home = str(properties.get("dataset", ""))
    dataset = known.get(home) or (None if is_hashed(home) else DatasetId.parse(home))
    if not isinstance(dataset, DatasetId):
        raise ValueError(f"the dataset of {key} has no name")
    return _checked(key, dataset.field(str(properties.get("name", ""))))


def _checked(key: str, identity: Entity) -> Entity:
    if identity.key != key:
        raise ValueError(f"{key} is not the key of what its properties name")
    return identity
