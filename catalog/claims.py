"""What a document may not do to others without being told to: take a product that another one has, or leave out what
others depend on.

Looked at when a document arrives, where it is written (``catalog.guard``): the document and all that it names are
locked, so of two that claim one product whichever comes second sees the first.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from catalog import state, values
from catalog.described import Tellings, tellings
from catalog.entry import LogEntry
from catalog.errors import Against, Orphans, TakesOver
from catalog.fold.history import NODE
from catalog.fold.workspace import Workspace
from catalog.graph import Direction, Node
from catalog.identity import kind_of
from catalog.instant import format_instant
from catalog.statement import Described, DocumentStatement, Statements
from catalog.store.port import Reader
from ontology.vocabulary import Label, Rel

CLAIMS: Mapping[str, str] = {Rel.OWNED_BY: "is owned by", Rel.IN_DOMAIN: "is in"}
"""The relationships by which a document claims a product, and how a message says them."""
DEPENDING = (Rel.RECEIVES, Rel.GOVERNED_BY, Rel.COVERS, Rel.DEPENDS_ON, Rel.VERSION_OF)
"""The relationships that lead from what depends to what it depends on."""
DEPENDED_ON = frozenset(("product", "output-port", "contract", "contract-version", "schema"))
"""The kinds of nodes that others may depend on so."""
_NAMED = 5


@dataclass(frozen=True, slots=True)
class Claims:
    """The guard of a document. ``take_over`` and ``retire`` let it do what it would be refused for."""

    take_over: bool = False
    retire: bool = False

    def __call__(self, work: Workspace, entry: LogEntry, said: Statements) -> None:
        """Raises TakesOver, Orphans."""
        document = said.document
        if document is None:
            return
        if not self.take_over:
            claimed = list(taken(work.transaction, document))
            if claimed:
                hint = "Correct it; or, if the owners agree, import it with --take-over (takeOver=true)."
                what = "another owner or domain than other documents in force do"
                raise TakesOver(f"It gives {_counted(claimed, 'product')} {what}.", hint, claimed)
        if not self.retire:
            orphaned = list(_orphaned(work, entry, document))
            if orphaned:
                hint = "Deprecate it first and tell its consumers; or import it with --retire (retire=true)."
                what = _counted(orphaned, "thing")
                raise Orphans(f"It leaves out {what} on which other documents depend.", hint, orphaned)


def _counted(found: Collection[Against], noun: str) -> str:
    count = len({one.key for one in found})
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def taken(reader: Reader, document: DocumentStatement) -> Iterator[Against]:
    """The products that it gives another owner or domain than other documents in force do."""
    products = {
        node.key: node for node in document.nodes if node.label == Label.DATA_PRODUCT and not node.stub
    }
    if not products:
        return
    others = _said_by_others(reader, tellings(reader, products), document.document.key)
    documents = reader.nodes({other for told in others.values() for other in told})
    for key, told in sorted(others.items()):
        for other, node in sorted(told.items()):
            for type_, words in CLAIMS.items():
                theirs, ours = _ends(node, type_), _ends(products[key], type_)
                if theirs and ours and theirs != ours:
                    who = _who(reader, documents[other], key)
                    message = f"{key} {words} {_listed(theirs)}, says {who}; here it {words} {_listed(ours)}."
                    yield Against(key, message)


def _orphaned(work: Workspace, entry: LogEntry, document: DocumentStatement) -> Iterator[Against]:
    """What it no longer describes, no other document does, and others depend on."""
    reader, own = work.transaction, document.document.key
    lost = _lost(reader, entry, document)
    if not lost:
        return
    work.lock(lost)
    kept = _said_by_others(reader, tellings(reader, lost), own)
    depending: dict[str, set[tuple[str, str]]] = {}
    for edge in reader.edges(lost - kept.keys(), DEPENDING, Direction.IN):
        if kind_of(edge.via) == "document" and edge.via != own and edge.source not in lost:
            depending.setdefault(edge.target, set()).add((edge.source, edge.via))
    documents = reader.nodes({via for found in depending.values() for _, via in found})
    for key, found in sorted(depending.items()):
        shown = [f"{source} (says {_source(documents[via])})" for source, via in found]
        yield Against(key, f"{key} is no longer in it, and others depend on it: {_listed(shown)}.")


def _lost(reader: Reader, entry: LogEntry, document: DocumentStatement) -> set[str]:
    """The nodes that the version in force describes and this one does not; none where this one is the older."""
    history = state.histories(reader, (document.document.key,)).get(document.document.key)
    if history is None:
        return set()
    kinds = {name: one for name, one in history.stretches.items() if name.startswith(NODE)}
    if any(one.last > entry.order_key for one in kinds.values()):
        return set()
    described = {node.key for node in document.nodes if not node.stub}
    candidates = {
        name[len(NODE) :]: one.value
        for name, one in kinds.items()
        if kind_of(name[len(NODE) :]) in DEPENDED_ON
    }
    texts = state.blobs(reader, {candidates[key] for key in candidates.keys() - described})
    return {
        key
        for key in candidates.keys() - described
        if not values.decode_described(texts[candidates[key]]).stub
    }


def _said_by_others(reader: Reader, told: Tellings, own: str) -> dict[str, dict[str, Described]]:
    """What other documents in force describe of nodes, stubs left out: key → document → what it says."""
    others = {
        key: {
            one: telling.digest for one, telling in found.items() if one != own and kind_of(one) == "document"
        }
        for key, found in told.items()
    }
    texts = state.blobs(reader, {digest for found in others.values() for digest in found.values()})
    said = {
        key: {one: values.decode_described(texts[digest]) for one, digest in found.items()}
        for key, found in others.items()
    }
    known = {key: {one: node for one, node in found.items() if not node.stub} for key, found in said.items()}
    return {key: found for key, found in known.items() if found}


def _ends(node: Described, type_: str) -> set[str]:
    return {edge.target for edge in node.edges if edge.type == type_}


def _who(reader: Reader, document: Node, key: str) -> str:
    """A document, and since when it describes a node."""
    edges = reader.edges((key,), (Rel.DESCRIBES,), Direction.IN)
    since = min((e.valid_from for e in edges if e.source == document.key and e.valid_from), default=None)
    return _source(document) + ("" if since is None else f" since {format_instant(since)}")


def _source(document: Node) -> str:
    """Where a document comes from, with its commit where it has one."""
    commit = document.properties.get("commit")
    return f"{document.properties['source']}" + (f" (commit {str(commit)[:12]})" if commit else "")


def _listed(keys: Iterable[str]) -> str:
    found = sorted(keys)
    more = f" and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
    return ", ".join(found[:_NAMED]) + more
