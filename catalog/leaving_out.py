"""What a version of a document leaves out though others depend on it."""

from collections.abc import Iterator, Mapping

from catalog import state, values
from catalog.described import tellings
from catalog.entry import LogEntry
from catalog.errors import Against
from catalog.fold.history import NODE
from catalog.fold.workspace import Workspace
from catalog.graph import Direction
from catalog.identity import kind_of
from catalog.others import ends, listed, said_by_others, source_of
from catalog.statement import Described, DocumentStatement
from catalog.store.port import Reader
from ontology.vocabulary import Rel

PORTS = frozenset(("output-port", "input-port", "management-port"))
HAS_PORT = (Rel.HAS_OUTPUT_PORT, Rel.HAS_INPUT_PORT, Rel.HAS_MANAGEMENT_PORT)
DEPENDING = (Rel.RECEIVES, Rel.GOVERNED_BY, Rel.COVERS, Rel.DEPENDS_ON, Rel.VERSION_OF)
"""The relationships that lead from what depends to what it depends on."""
DEPENDED_ON = frozenset(("product", "output-port", "contract", "contract-version", "schema"))
"""The kinds of nodes that others may depend on so."""
_ESSENCE: Mapping[str, tuple[tuple[Rel, ...], ...]] = {
    "product": ((Rel.OWNED_BY,), (Rel.IN_DOMAIN,)),
    "output-port": ((Rel.SERVES, Rel.OFFERS, Rel.GOVERNED_BY),),
}
"""What others have to say of a thing, any of each, for it to be kept by them: its owner and domain, its data."""


def left_out(work: Workspace, entry: LogEntry, document: DocumentStatement) -> Iterator[Against]:
    """What it no longer describes, no other document keeps, and others depend on."""
    reader, own = work.transaction, document.document.key
    lost = _lost(reader, entry, document)
    if not lost:
        return
    work.lock(lost)
    gone = lost.keys() - _kept(reader, lost, own)
    depending: dict[str, set[tuple[str, str]]] = {}
    for edge in reader.edges(gone, DEPENDING, Direction.IN) if gone else ():
        if kind_of(edge.via) == "document" and edge.via != own and edge.source not in lost:
            depending.setdefault(edge.target, set()).add((edge.source, edge.via))
    documents = reader.nodes({via for found in depending.values() for _, via in found})
    for key, found in sorted(depending.items()):
        shown = [f"{source} (says {source_of(documents[via])})" for source, via in found]
        yield Against(key, f"{key} is no longer in it, and others depend on it: {listed(shown)}.")


def _kept(reader: Reader, lost: Mapping[str, Described], own: str) -> set[str]:
    """Those of which other documents say all that is essential and was said here; a port goes with its product."""
    others = said_by_others(reader, tellings(reader, lost), own)
    kept = {key for key, told in others.items() if not _is_less(lost[key], list(told.values()))}
    for key, node in lost.items():
        if key not in kept:
            kept -= {end for type_ in HAS_PORT for end in ends(node, type_)}
    return kept


def _is_less(was: Described, told: list[Described]) -> bool:
    """Whether nothing essential of a kind that was said of a thing is said of it by others."""
    return any(
        any(ends(was, rel) for rel in rels) and not any(ends(one, rel) for one in told for rel in rels)
        for rels in _ESSENCE.get(kind_of(was.key), ())
    )


def _lost(reader: Reader, entry: LogEntry, document: DocumentStatement) -> dict[str, Described]:
    """The nodes that the version in force describes and this one does not, as it does; none where this one is the
    older."""
    history = state.histories(reader, (document.document.key,)).get(document.document.key)
    if history is None:
        return {}
    kinds = {name: one for name, one in history.stretches.items() if name.startswith(NODE)}
    if any(one.last > entry.order_key for one in kinds.values()):
        return {}
    described = {node.key for node in document.nodes if not node.stub}
    candidates = {
        name[len(NODE) :]: one.value
        for name, one in kinds.items()
        if kind_of(name[len(NODE) :]) in DEPENDED_ON
    }
    texts = state.blobs(reader, {candidates[key] for key in candidates.keys() - described})
    found = {key: values.decode_described(texts[candidates[key]]) for key in candidates.keys() - described}
    return {key: node for key, node in found.items() if not node.stub}
