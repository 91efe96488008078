"""Who carries a tag: what events and people tag, by an edge; and what documents list among the tags of a thing."""

from collections.abc import Collection

from catalog.coverage import spoken
from catalog.governance.checks.ground import Ground
from catalog.governance.checks.outcome import edge_step
from catalog.governance.things import nodes_at
from catalog.governance.verdict import Step
from catalog.graph import Direction, Node
from catalog.identity import ResourceId
from ontology.vocabulary import Rel


def is_known(ground: Ground, tag: str) -> bool:
    """Whether there is such a tag: that something put, or that a document lists."""
    key = _key(tag)
    return key in nodes_at(ground.reader, [key], ground.at) or bool(_listing(ground, tag))


def tagged(ground: Ground, tag: str, nodes: Collection[Node]) -> set[str]:
    """The keys of those of the things that carry a tag: one question."""
    keys = [node.key for node in nodes]
    edges = ground.reader.edges(keys, (Rel.TAGGED,), Direction.OUT, ground.at) if keys else []
    put = {edge.source for edge in edges if edge.target == _key(tag)}
    return put | {node.key for node in nodes if _lists(node, tag)}


def carriers(ground: Ground, tag: str) -> dict[str, Step]:
    """What carries a tag, by key, with what tells it. Of lists in documents: those of products, ports, contracts."""
    found = {key: Step(f"{spoken(key)} lists the tag {tag!r}.", key) for key in _listing(ground, tag)}
    edges = ground.reader.edges([_key(tag)], (Rel.TAGGED,), Direction.IN, ground.at)
    for edge in sorted(edges, key=lambda one: one.id):
        found.setdefault(edge.source, edge_step(edge))
    return found


def _listing(ground: Ground, tag: str) -> list[str]:
    return sorted(node.key for node in ground.mesh.declared.nodes.values() if _lists(node, tag))


def _lists(node: Node, tag: str) -> bool:
    listed = node.properties.get("tags")
    return isinstance(listed, list | tuple) and tag in listed


def _key(tag: str) -> str:
    return ResourceId("tag", (tag,)).key
