"""Looking at the graph: which watched things a change of nodes is about, and the portraits of these as they are."""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import cast

from catalog.canonical import encode
from catalog.curated import counting
from catalog.feed.belonging import PORTS, Belonging
from catalog.feed.change import Fact
from catalog.feed.portrait import KINDS, Portrait
from catalog.graph import Direction, Edge, Node
from catalog.identity import FieldId, is_hashed, kind_of
from catalog.mesh.members import Members
from catalog.store.port import Reader
from ontology.compiler import load_model
from ontology.vocabulary import Label, Rel

LINKS = (
    *PORTS,
    Rel.OWNED_BY,
    Rel.IN_DOMAIN,
    Rel.PART_OF,
    Rel.SERVES,
    Rel.OFFERS,
    Rel.RECEIVES,
    Rel.EXPOSES,
    Rel.CONTAINS,
    Rel.VERSION_OF,
    Rel.GOVERNED_BY,
    Rel.BOUND_TO,
    Rel.GRANTED_TO,
    Rel.GRANTED_BY,
    Rel.COVERS,
    Rel.CLASSIFIED_AS,
    Rel.THEME,
    Rel.TAGGED,
    Rel.HAS_POLICY,
    Rel.IN_ENVIRONMENT,
)
"""What leaves a declared thing and is told of it."""

PARTS = (Rel.HAS_SCHEMA, Rel.HAS_PROPERTY, Rel.HAS_SLO, Rel.HAS_SERVER, Rel.HAS_QUALITY_RULE)
"""What leads from a declared thing to its parts, whose facts are its own."""

_LEVELS = 3
"""From a version of a contract over its schema and a property of that to the rules for it."""

MOST_PARTS = 5_000
"""Parts of one thing that are told one by one; what is more is told by a digest."""

_NOT_TOLD = frozenset(("searchText", "inferred", "gone"))


def watched(reader: Reader, touched: Iterable[str]) -> set[str]:
    """The watched things that a change of these nodes may be about."""
    kinds, parts = _kinds(KINDS), _kinds(_part_labels())
    found, below = set[str](), set[str]()
    for key in touched:
        kind = kind_of(key)
        if kind in kinds:
            found.add(key)
        elif kind == "field" and not is_hashed(key):
            found.add(FieldId.parse(key).dataset.key)
        elif kind == "field" or kind in parts:
            below.add(key)
    for _ in range(_LEVELS):
        above = (
            {edge.source for edge in reader.edges(below, (*PARTS, Rel.HAS_FIELD), Direction.IN)}
            if below
            else set()
        )
        found |= {key for key in above if kind_of(key) in kinds}
        below = {key for key in above if kind_of(key) in parts}
    return found


def watched_labels() -> tuple[str, ...]:
    """The labels whose nodes are watched."""
    return tuple(sorted(KINDS))


def portraits(reader: Reader, keys: Collection[str], members: Members | None = None) -> dict[str, Portrait]:
    """The portraits of those that are there. What documents only name, or no longer have, is not."""
    nodes = {key: node for key, node in reader.nodes(keys).items() if _is_there(node)}
    datasets = {key for key, node in nodes.items() if node.label == Label.DATASET}
    facts = _declared(reader, [node for key, node in nodes.items() if key not in datasets])
    facts.update(_observed(reader, datasets))
    belonging = Belonging(reader, nodes, members)
    return {
        key: Portrait(
            key, node.label, _name(node), facts[key], belonging.products(key), belonging.domains(key)
        )
        for key, node in nodes.items()
    }


def _is_there(node: Node) -> bool:
    own = node.properties
    return (
        node.label in KINDS
        and own.get("gone") is not True
        and (node.label == Label.DATASET or not own.get("inferred"))
    )


def _name(node: Node) -> str:
    return str(node.properties.get("name", node.key))


def _declared(reader: Reader, things: Collection[Node]) -> dict[str, dict[str, Fact]]:
    """Properties, links and parts of what documents and people declare."""
    facts: dict[str, dict[str, Fact]] = {node.key: _own(node) for node in things}
    if not facts:
        return facts
    _add_links(
        facts, counting(reader.edges(facts, LINKS, Direction.OUT)), {key: {(key, "")} for key in facts}
    )
    _add_roles(facts, reader.edges(facts, (Rel.HAS_ROLE,), Direction.IN))
    homes: dict[str, set[tuple[str, str]]] = {key: {(key, "")} for key in facts}
    for _ in range(_LEVELS):
        edges = reader.edges(homes, PARTS, Direction.OUT)
        parts = reader.nodes({edge.target for edge in edges})
        below: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
        for edge in edges:
            part = parts.get(edge.target)
            for home, path in (
                homes[edge.source] if part is not None and part.properties.get("gone") is not True else ()
            ):
                below[edge.target].add((home, f"{path}{_path(cast(Node, part))}"))
        for key, places in below.items():
            for home, path in places:
                facts[home].update({f"{path} {name}": value for name, value in _own(parts[key]).items()})
        links = reader.edges(below, (Rel.CLASSIFIED_AS, Rel.BOUND_TO), Direction.OUT) if below else []
        _add_links(facts, links, below)
        if not below:
            break
        homes = dict(below)
    return {key: _bounded(found) for key, found in facts.items()}


def _own(node: Node) -> dict[str, Fact]:
    return {name: value for name, value in node.properties.items() if name not in _NOT_TOLD}


def _path(part: Node) -> str:
    return f"/{kind_of(part.key)} {_name(part)}"


def _add_links(
    facts: Mapping[str, dict[str, Fact]],
    edges: Iterable[Edge],
    homes: Mapping[str, Collection[tuple[str, str]]],
) -> None:
    """Where edges lead, each place once, under the type of the edge."""
    found: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for edge in edges:
        for home, path in homes[edge.source]:
            found[home, f"{path} {edge.type}" if path else str(edge.type)].add(edge.target)
    for (home, name), targets in found.items():
        facts[home][name] = sorted(targets)


def _add_roles(facts: Mapping[str, dict[str, Fact]], edges: Iterable[Edge]) -> None:
    """Who has which role for a thing, besides its owners."""
    found: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for edge in edges:
        found[edge.target, f"{Rel.HAS_ROLE} {dict(edge.properties).get('role', '')}".rstrip()].add(
            edge.source
        )
    for (thing, name), agents in found.items():
        facts[thing][name] = sorted(agents)


def _bounded(facts: dict[str, Fact]) -> dict[str, Fact]:
    if len(facts) <= MOST_PARTS:
        return facts
    return {"digest": hashlib.sha256(encode(facts).encode()).hexdigest()}


def _observed(reader: Reader, datasets: Collection[str]) -> dict[str, dict[str, Fact]]:
    """Fields with their types, and owners, of what events tell of datasets."""
    facts: dict[str, dict[str, Fact]] = {key: {} for key in datasets}
    if not facts:
        return facts
    edges = counting(reader.edges(datasets, (Rel.HAS_FIELD, Rel.OWNED_BY), Direction.OUT))
    fields = reader.nodes({edge.target for edge in edges if edge.type == Rel.HAS_FIELD})
    for edge in edges:
        field = fields.get(edge.target)
        if field is not None and not field.properties.get("inferred") and not field.properties.get("gone"):
            facts[edge.source][f"field {_name(field)}"] = str(field.properties.get("type", ""))
    _add_links(
        facts, (edge for edge in edges if edge.type == Rel.OWNED_BY), {key: {(key, "")} for key in datasets}
    )
    return {key: _bounded(found) for key, found in facts.items()}


def _kinds(labels: Iterable[str]) -> frozenset[str]:
    model = load_model()
    return frozenset(model.node(label).kind for label in labels)


def _part_labels() -> tuple[str, ...]:
    return (
        Label.SCHEMA,
        Label.SCHEMA_PROPERTY,
        Label.SERVICE_LEVEL_OBJECTIVE,
        Label.SERVER,
        Label.QUALITY_RULE,
    )
