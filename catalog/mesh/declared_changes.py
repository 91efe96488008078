"""What was declared, brought up to date: only what was touched is read again, and all is as if it were read anew."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from catalog.graph import Edge, Node
from catalog.identity import kind_of
from catalog.mesh.declared import ASSETS, FURTHER, KINDS, LEAVING, MAX_THINGS, Declared
from catalog.store.port import NodeFilter, Reader
from ontology.compiler import load_model

_LABELS = frozenset(label for labels in KINDS for label in labels)


@dataclass(frozen=True, slots=True)
class Told:
    """What is told of a thing: the thing, None where there is none, and the edges that leave it."""

    node: Node | None
    edges: tuple[Edge, ...] = ()


@dataclass(frozen=True, slots=True)
class DeclaredChanges:
    """What was told before and is told now, of the things of which something else is."""

    before: Mapping[str, Told]
    now: Mapping[str, Told]


def refresh(declared: Declared, reader: Reader, keys: Collection[str]) -> DeclaredChanges | None:
    """Bring what is declared now up to what the reader has, where only nodes of these keys were touched.

    None: there may be more things than are read; then it is of no use any more, and is to be read anew.
    """
    if declared.cut or declared.at is not None:
        return None
    kinds = kinds_told()
    own = [key for key in keys if kind_of(key) in kinds]
    ends = [key for key in keys if key in declared.nodes or declared.is_end(key)]
    before = {key: _told(declared, key) for key in {*own, *ends}}
    declared.reader = reader
    declared.renew()
    fresh = reader.nodes(own) if own else {}
    if _too_many(reader, {node.label for key, node in fresh.items() if before[key].node is None}):
        return None
    loose = {target for key in own for target in _drop(declared, key)}
    there = {key: node for key, node in fresh.items() if node.properties.get("gone") is not True}
    declared.nodes.update(there)
    edges = declared.edges_of(fresh, LEAVING)
    declared.add(edge for edge in edges if edge.source in there)
    loose.update(edge.target for edge in edges)
    _bring_ends(declared, {key for key in (*ends, *loose) if kind_of(key) not in kinds | ASSETS})
    now = {key: _told(declared, key) for key in before}
    changed = [key for key in before if before[key] != now[key]]
    return DeclaredChanges({key: before[key] for key in changed}, {key: now[key] for key in changed})


def kinds_told() -> frozenset[str]:
    """The kinds of things of which all is read that leaves them, whoever leads to them."""
    return frozenset(load_model().node(label).kind for label in _LABELS)


def _told(declared: Declared, key: str) -> Told:
    return Told(declared.nodes.get(key), tuple(declared.leaving(key)))


def _too_many(reader: Reader, labels: Iterable[str]) -> bool:
    return any(reader.count(NodeFilter((label,))) > MAX_THINGS for label in labels)


def _drop(declared: Declared, key: str) -> list[str]:
    """Take a thing away with what leaves it; what that led to."""
    declared.nodes.pop(key, None)
    return [edge.target for edge in declared.take_away(key)]


def _bring_ends(declared: Declared, ends: Collection[str]) -> None:
    """What is there because an edge leads to it, with what leads from it to the next; what none leads to any more is
    there no longer."""
    beyond: set[str] = set()
    for key in ends:
        beyond.update(_drop(declared, key))
    here = [key for key in ends if declared.is_end(key)]
    further = declared.edges_of(here, FURTHER)
    found = declared.known({*here, *(edge.target for edge in further if kind_of(edge.target) not in ASSETS)})
    known = kinds_told()
    declared.nodes.update({key: node for key, node in found.items() if kind_of(key) not in known})
    declared.add(edge for edge in further if edge.source in found)
    for key in beyond:
        if kind_of(key) not in known and not declared.is_end(key):
            declared.nodes.pop(key, None)
