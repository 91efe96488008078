"""Histories of facts as they were: of each thing what held or had ended by an instant."""

from collections.abc import Collection, Iterator, Mapping

from catalog.fold.history import Stretch, load_closed
from catalog.fold.ledger import Address
from catalog.graph import Node
from catalog.identity import DOCUMENT_KINDS, kind_of
from catalog.instant import instant_of
from catalog.past.entries import entity_of, retold
from catalog.projection import Said
from catalog.snapshot.facts import Facts
from catalog.snapshot.facts import Said as Held
from catalog.state import blobs, first_sights, histories, sights
from catalog.store.port import Range, Reader, Space


def facts_then(reader: Reader, nodes: Collection[Node], at: int) -> Iterator[Said]:
    """What tells an empty graph of these things as they were. ``at``: ns since the epoch."""
    keys = [node.key for node in nodes]
    begun = {key: one for key, one in first_sights(reader, keys).items() if instant_of(one) <= at}
    versions = sights(reader, [key for key in begun if kind_of(key) in DOCUMENT_KINDS])
    held = _held(reader, begun, at)
    texts = blobs(reader, {stretch.value for found in held.values() for _, stretch in found})
    for node in nodes:
        if node.key in begun:
            told = tuple(order for order in versions.get(node.key, ()) if instant_of(order) <= at)
            last = max(told, default=None)
            said = sorted(
                Held(name, one.first, _until(one, at, last), texts.get(one.value))
                for name, one in held[node.key]
            )
            facts = Facts(
                begun[node.key], max([begun[node.key], *(one.last for one in said)]), tuple(said), told
            )
            yield retold(facts.last, entity_of(node), facts.observations())


def _until(stretch: Stretch, at: int, version: str | None) -> str:
    """The last sight of a stretch that is known to have been by then. ``version``: of a document, the last by then."""
    if instant_of(stretch.last) <= at:
        return stretch.last
    return stretch.first if version is None else max(stretch.first, version)


def _held(reader: Reader, keys: Collection[str], at: int) -> Mapping[str, list[tuple[str, Stretch]]]:
    """The stretches that had begun by then, by key of the thing, each with the key of its value."""
    found: dict[str, list[tuple[str, Stretch]]] = {key: [] for key in keys}
    for key, history in histories(reader, keys).items():
        found[key] += [(name, one) for name, one in history.stretches.items() if instant_of(one.first) <= at]
    partitions = {Address(key).stretches: key for key in keys}
    for row in reader.scan(Space.STRETCH, [Range(one) for one in partitions]) if partitions else ():
        closed = load_closed(row.value)
        if instant_of(closed.stretch.first) <= at:
            found[partitions[row.partition]].append((closed.key, closed.stretch))
    return found
