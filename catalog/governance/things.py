"""The things that policies judge, page by page, as they were at an instant; and how sure what they say then is."""

from collections.abc import Collection, Iterator
from functools import lru_cache

from catalog.graph import Direction, Node
from catalog.identity import kind_of
from catalog.offers import is_gone
from catalog.state import last_sight
from catalog.store.port import NodeFilter, Reader, batched
from catalog.things import OF_EVENTS, described_nodes
from ontology.compiler import load_model
from ontology.vocabulary import Rel

PAGE = 2_000
IDENTITY = frozenset(("key", "name", "namespace", "dataset"))
"""Properties that make a thing what it is: they never change."""


def pages(reader: Reader, label: str, at: int | None) -> Iterator[list[Node]]:
    """The things of a label and of those below it that there were at the instant, by key.

    What others only name, and nothing describes, is no thing to be judged.
    """
    labels = load_model().concrete((label,))
    where = NodeFilter(labels if at is None else _akin(label))
    after: str | None = None
    while found := reader.page(where, after, PAGE):
        then = _then(reader, found, at)
        yield [node for node in then if node.label in labels and not _only_named(node)]
        after = found[-1].key


@lru_cache(256)
def _akin(label: str) -> tuple[str, ...]:
    """The labels that things of a label may have at another time: those of the same kinds of keys."""
    model = load_model()
    kinds = {model.node(one).kind for one in model.concrete((label,))}
    return tuple(one for one in model.concrete_labels if model.node(one).kind in kinds)


def some(reader: Reader, label: str, keys: Collection[str], at: int | None) -> Iterator[list[Node]]:
    """Those of the keys that ``pages`` would give."""
    labels = load_model().concrete((label,))
    for part in batched(keys, PAGE):
        found = nodes_at(reader, part, at).values()
        yield [node for node in found if node.label in labels and not _only_named(node)]


def nodes_at(reader: Reader, keys: Collection[str], at: int | None) -> dict[str, Node]:
    """Those of the keys that there were at the instant."""
    found = reader.nodes(keys) if keys else {}
    return {node.key: node for node in _then(reader, list(found.values()), at)}


def is_sure(key: str, name: str, node: Node, at: int | None) -> bool:
    """Whether a property of a thing at the instant is known: what events say of things is kept as it is now alone."""
    return at is None or kind_of(key) not in OF_EVENTS or name in IDENTITY or name in node.properties


def _then(reader: Reader, found: list[Node], at: int | None) -> list[Node]:
    if at is None:
        return [node for node in found if not is_gone(node)]
    said = described_nodes(reader, [node.key for node in found], at)
    seen = _seen(reader, [node.key for node in found if kind_of(node.key) in OF_EVENTS], at)
    then = []
    for node in found:
        told = said.get(node.key)
        if kind_of(node.key) not in OF_EVENTS:
            then += [] if told is None else [told]
        elif told is not None or node.key in seen:
            own = {name: value for name, value in node.properties.items() if name in IDENTITY}
            more = {} if told is None else {k: v for k, v in told.properties.items() if k != "inferred"}
            label = node.label if told is None or node.key in seen else told.label
            then.append(Node(node.key, label, {**more, **own}))
    return then


def _seen(reader: Reader, keys: list[str], at: int) -> set[str]:
    """Those of the things that events make that had been seen by then."""
    fields = [key for key in keys if kind_of(key) == "field"]
    others = [key for key in keys if kind_of(key) != "field"]
    seen = set(last_sight(reader, others, at)) if others else set()
    edges = reader.edges(fields, (Rel.HAS_FIELD,), Direction.IN, at) if fields else []
    return seen | {edge.target for edge in edges}


def _only_named(node: Node) -> bool:
    return kind_of(node.key) not in OF_EVENTS and node.properties.get("inferred") is True
