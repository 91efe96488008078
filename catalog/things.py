"""Nodes as they were: what documents alone know, in the words of then; what events make, as it is now."""

from collections.abc import Collection

from catalog.described import DescribedThing, described
from catalog.fold.descriptions import name_in
from catalog.graph import Node, Property
from catalog.identity import DOCUMENT_KINDS, kind_of
from catalog.store.port import Reader

OF_EVENTS = frozenset(("dataset", "job", "field", "run", "namespace", *DOCUMENT_KINDS))
"""Kinds of nodes that events make too, or that are the documents themselves: they are shown as they are now, and what
has a time in them has an argument for it."""


def described_nodes(reader: Reader, keys: Collection[str], at: int) -> dict[str, Node]:
    """Those of the keys that a document had at an instant, as it had them."""
    found = described(reader, keys, at) if keys else {}
    return {key: _then(key, thing) for key, thing in found.items()}


def nodes_then(reader: Reader, keys: Collection[str], at: int | None) -> dict[str, Node]:
    """The nodes of edges that held at an instant (None: now), each as it was. What no document told then, as a team
    that only an ownership facet names, is as it is now."""
    stored = reader.nodes(keys)
    if at is None:
        return stored
    mine = [key for key in stored if kind_of(key) not in OF_EVENTS]
    return {**stored, **described_nodes(reader, mine, at)}


def _then(key: str, thing: DescribedThing) -> Node:
    unsaid: dict[str, Property] = {"name": name_in(key)}
    if thing.only_named:
        unsaid["inferred"] = True
    return Node(key, thing.label, {**unsaid, **thing.properties})
