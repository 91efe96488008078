"""Fields: shown by a schema or a document, or inferred as only lineage, a tag or the edges of a document name them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from catalog.fold.descriptions import Description
from catalog.fold.edges import told_by_document
from catalog.fold.settling import GONE, INFERRED, Settling, curated, dataset_of, put, said_by_documents
from catalog.fold.workspace import Workspace
from catalog.graph import Direction, Edge, Node, Property
from catalog.identity import DatasetId, FieldId
from ontology.vocabulary import Label, Origin, Rel

NAMING = (Rel.FEEDS, Rel.INFLUENCES, Rel.USED_BY, Rel.TAGGED)


def settle_fields(state: Settling, keys: set[str]) -> None:
    work = state.work
    stored = work.transaction.nodes(keys)
    proofs, guesses = _shown(work, keys)
    described = state.descriptions.of(keys)
    implied = guesses.keys() | work.touched_by_events(
        keys - proofs.keys() - guesses.keys(), NAMING, Direction.BOTH
    )
    implied |= {key for key, description in described.items() if description.lives}
    for key in sorted(keys):
        identity = work.names[key]
        assert isinstance(identity, FieldId)
        shown = Shown(proofs.get(key), key in implied, guesses.get(key))
        _put_field(state, identity, shown, described.get(key), stored.get(key))


@dataclass(frozen=True, slots=True)
class Shown:
    """What shows a field: the edge of a schema; else that something implies it, and the edge of an inferred schema."""

    proof: Edge | None
    implied: bool
    guess: Edge | None

    @property
    def properties(self) -> dict[str, Property]:
        found = self.proof or self.guess
        return dict(INFERRED) if found is None else dict(found.properties)


def _newness(edge: Edge) -> tuple[bool, int, str, str]:
    return (edge.valid_to is None, edge.valid_from or 0, repr(edge.properties), edge.via)


def _shown(work: Workspace, keys: set[str]) -> tuple[dict[str, Edge], dict[str, Edge]]:
    """For each field that a schema has ever shown: the edge of the newest such schema, else that of a document which
    shows it now. Of the others those in a schema that SQL infers: the newest edge that says so."""
    proofs, guesses = _shown_now(work, keys), {}
    incident: dict[str, list[Edge]] = {}
    for edge in work.edges_at(keys - proofs.keys(), (Rel.HAS_FIELD,), Direction.IN):
        incident.setdefault(edge.target, []).append(edge)
    for key, edges in incident.items():
        proof = _latest_proof(edges)
        guess = max((edge for edge in edges if edge.origin == Origin.PARSED), key=_newness, default=None)
        if proof is not None:
            proofs[key] = proof
        elif guess is not None:
            guesses[key] = guess
    return proofs, guesses


def _shown_now(work: Workspace, keys: set[str]) -> dict[str, Edge]:
    """The HAS_FIELD edges that a schema of this transaction shows as current."""
    return {
        edge.target: edge
        for edge in work.edges.values()
        if edge is not None
        and edge.type == Rel.HAS_FIELD
        and edge.valid_to is None
        and edge.target in keys
        and edge.via == edge.source
    }


def _latest_proof(edges: Iterable[Edge]) -> Edge | None:
    """The newest stretch in which a schema showed the field (two of one time: the greater text, whatever the order)."""
    edges = list(edges)
    schemas = [edge for edge in edges if edge.via == edge.source]
    shown = schemas or [edge for edge in edges if told_by_document(edge) and edge.valid_to is None]
    return max(shown, key=_newness, default=None)


def homes(work: Workspace, fields: Collection[str]) -> set[str]:
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
    return FieldId(dataset_of(dataset, work), str(node.properties["name"]))


def _put_field(
    state: Settling,
    identity: FieldId,
    shown: Shown,
    description: Description | None,
    stored: Node | None,
) -> None:
    work, key, dataset = state.work, identity.key, identity.dataset
    work.names[dataset.key] = dataset
    was_inferred = stored is not None and bool(stored.properties.get("inferred"))
    is_inferred = shown.proof is None and shown.implied
    if is_inferred != was_inferred:
        inferred = Edge(Rel.HAS_FIELD, dataset.key, key, key, Origin.OBSERVED, INFERRED)
        if is_inferred:
            work.edges[inferred.id] = inferred
        else:
            work.change_edges({inferred.id: None}, (inferred,))
    state.dataset_keys.add(dataset.key)
    lives = shown.proof is not None or shown.implied
    if not lives and description is None:
        work.nodes[key] = None
        return
    said = said_by_documents(description, lives=lives)
    said.pop("inferred", None)
    named: dict[str, Property] = {"name": identity.path, "dataset": dataset.key}
    found = {**shown.properties, **curated(description)} if lives else GONE
    put(work, Node(key, Label.FIELD, {**said, **found, **named}), stored)
