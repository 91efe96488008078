"""What the documents in force beside one say of things, and how a refusal speaks of them."""

from collections.abc import Iterable

from catalog import state, values
from catalog.described import Tellings
from catalog.graph import Direction, Node
from catalog.identity import kind_of
from catalog.instant import format_instant
from catalog.statement import Described
from catalog.store.port import Reader
from ontology.vocabulary import Rel

_NAMED = 5


def said_by_others(reader: Reader, told: Tellings, own: str) -> dict[str, dict[str, Described]]:
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


def ends(node: Described, type_: str) -> set[str]:
    return {edge.target for edge in node.edges if edge.type == type_}


def who(reader: Reader, document: Node, key: str) -> str:
    """A document, and since when it describes a node."""
    edges = reader.edges((key,), (Rel.DESCRIBES,), Direction.IN)
    since = min((e.valid_from for e in edges if e.source == document.key and e.valid_from), default=None)
    return source_of(document) + ("" if since is None else f" since {format_instant(since)}")


def source_of(document: Node) -> str:
    """Where a document comes from, with its commit where it has one."""
    commit = document.properties.get("commit")
    return f"{document.properties['source']}" + (f" (commit {str(commit)[:12]})" if commit else "")


def listed(keys: Iterable[str]) -> str:
    found = sorted(keys)
    more = f" and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
    return ", ".join(found[:_NAMED]) + more
