"""Entries that tell anew what a thing's history, or the state of a run, had come to."""

from collections.abc import Mapping

from catalog.canonical import sha256
from catalog.entry import EntryKind, LogEntry
from catalog.fold.runs import RunState
from catalog.graph import Node
from catalog.identity import CurationId, DatasetId, DocumentId, JobId, RunId, kind_of
from catalog.instant import instant_of, order_key
from catalog.projection import Said
from catalog.snapshot.block import IDENTIFIED_BY, entity_named
from catalog.statement import STATIC_RANK, SnapshotStatement, Statements, Values

Named = DatasetId | JobId | RunId | DocumentId | CurationId


def entity_of(node: Node) -> Named:
    """What a node names."""
    kind = kind_of(node.key)
    return entity_named(kind, [str(node.properties[name]) for name in IDENTIFIED_BY[kind]])


def retold(
    last: str,
    entity: Named,
    observations: Mapping[str, Values] | None = None,
    run: RunState | None = None,
    texts: tuple[str, ...] = (),
) -> Said:
    """An entry that tells it, as one of an export does. ``last``: the order key of the last sight."""
    identity = sha256(f"past {entity.key}")
    at = order_key(instant_of(last), STATIC_RANK, identity)
    entry = LogEntry(identity, EntryKind.SNAPSHOT, at, instant_of(last), "")
    return entry, Statements(snapshot=SnapshotStatement(entity, observations or {}, run, texts))
