"""What a document may not do to others without being told to: say what a product is that another one has, or leave out
what others depend on.

Looked at when a document arrives, where it is written (``catalog.guard``): the document and all that it names are
locked, so of two that claim one product whichever comes second sees the first.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from catalog.described import tellings
from catalog.entry import LogEntry
from catalog.errors import Against, Orphans, TakesOver
from catalog.fold.workspace import Workspace
from catalog.graph import Direction
from catalog.identity import kind_of
from catalog.leaving_out import HAS_PORT, PORTS, left_out
from catalog.others import ends, listed, said_by_others, who
from catalog.statement import Described, DocumentStatement, Statements
from catalog.store.port import Reader
from ontology.vocabulary import Label, Rel

CLAIMS: Mapping[str, str] = {Rel.OWNED_BY: "is owned by", Rel.IN_DOMAIN: "is in"}
"""The relationships by which a document claims a product, and how a message says them."""


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
            claimed = list(taken(work.transaction, document, work))
            if claimed:
                hint = "Correct it; or, if the owners agree, import it with --take-over (takeOver=true)."
                what = "without the owner and domain that other documents in force give"
                raise TakesOver(f"It describes {_counted(claimed, 'product')} {what}.", hint, claimed)
        if not self.retire:
            orphaned = list(left_out(work, entry, document))
            if orphaned:
                hint = "Deprecate it first and tell its consumers; or import it with --retire (retire=true)."
                what = _counted(orphaned, "thing")
                raise Orphans(f"It leaves out {what} on which other documents depend.", hint, orphaned)


def _counted(found: Collection[Against], noun: str) -> str:
    count = len({one.key for one in found})
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def taken(reader: Reader, document: DocumentStatement, work: Workspace | None = None) -> Iterator[Against]:
    """The products of others, and their ports, of which it says something without being of the same claim. ``work``:
    locks them."""
    own = document.document.key
    said = {node.key: node for node in document.nodes if not node.stub}
    described = _described_products(reader, document)
    if not described:
        return
    if work is not None:
        work.lock(described)
    others = said_by_others(reader, tellings(reader, described), own)
    documents = reader.nodes({other for told in others.values() for other in told})
    for key, told in sorted(others.items()):
        for other, theirs in sorted(told.items()):
            for message in _against(key, said.get(key), theirs, who(reader, documents[other], key)):
                yield Against(described[key], message)


def _against(key: str, ours: Described | None, theirs: Described, who_says: str) -> Iterator[str]:
    """Why what a document says of a product is not of the same claim as what another one does."""
    for type_, words in CLAIMS.items():
        has, given = ends(theirs, type_), set() if ours is None else ends(ours, type_)
        if given and has and has != given:
            yield f"{key} {words} {listed(has)}, says {who_says}; here it {words} {listed(given)}."
        elif has and not given and type_ == Rel.OWNED_BY:
            yield f"{key} {words} {listed(has)}, says {who_says}; here no owner is named."


def _described_products(reader: Reader, document: DocumentStatement) -> dict[str, str]:
    """The products of which it says something, by key: of what it says it, the product or the least of its ports."""
    own = document.document.key
    said = [node for node in document.nodes if not node.stub]
    found = {node.key: node.key for node in said if node.label == Label.DATA_PRODUCT}
    ports = {node.key for node in said if kind_of(node.key) in PORTS}
    if ports:
        edges = reader.edges(ports, HAS_PORT, Direction.IN)
        told = sorted(edges, key=lambda edge: edge.target, reverse=True)
        beside = {edge.source: edge.target for edge in told if edge.via != own}
        found = {**beside, **found}
    return found
