"""What documents mean beside events, by brute force: laid over the graph that the oracle of events expects.

Imports nothing of what it checks. Each answer is computed from all versions of all documents.
"""

from collections.abc import Collection
from typing import Any
from urllib.parse import quote, unquote

from tests.convergence.graph import Nodes, TimedEdge, expected_graph
from tests.convergence.oracle import World
from tests.convergence.spelling import normal
from tests.documents.versions import Plain, PlainEdge, Version

NAMED = ("team", "person", "tag")
"""Kinds of things that events name, as owners or tags, and say nothing of."""
WEAK = ("Alias", "DatasetReference")
Told = dict[str, list[Plain]]
"""Node key → what the documents in force say of it, the newest last."""


class Library:
    """A set of versions of documents."""

    def __init__(self, versions: Collection[Version]) -> None:
        self.log = sorted(versions, key=lambda version: version.at)
        self.keys = {key for version in versions for key in version.nodes}
        self.sources = {version.source for version in versions}

    def in_force(self, at: int | None = None) -> list[Version]:
        """The latest version of each document at or before an instant, the newest last."""
        then = [version for version in self.log if at is None or version.ns <= at]
        return sorted({version.source: version for version in then}.values(), key=lambda one: one.at)

    def told(self, at: int | None = None) -> Told:
        found: Told = {}
        for version in self.in_force(at):
            for key, plain in version.nodes.items():
                found.setdefault(key, []).append(plain)
        return found

    def last_told(self, key: str) -> Plain:
        """What was said of a node that no document has any more, when the last one that had it lost it."""
        lost: list[tuple[str, Plain]] = []
        for source in self.sources:
            own = [version for version in self.log if version.source == source]
            having = [place for place, version in enumerate(own) if key in version.nodes]
            if having:
                lost.append((own[having[-1] + 1].at, own[having[-1]].nodes[key]))
        return max(lost, key=lambda one: one[0])[1]

    def edges(self) -> set[TimedEdge]:
        """The edges that documents tell, with the stretches in which they do."""
        found: set[TimedEdge] = set()
        for source in self.sources:
            own = [version for version in self.log if version.source == source]
            told = [_edges_of(version) for version in own]
            for edge in set().union(*told):
                found |= _stretches(edge, own, [edge in edges for edges in told])
        return found


def _edges_of(version: Version) -> set[PlainEdge]:
    own = {edge for node in version.nodes.values() for edge in node.edges}
    described: set[PlainEdge] = {
        ("DESCRIBES", version.key, key, ()) for key in version.nodes if key != version.key
    }
    paths = {
        (read[1], write[2])
        for read in own
        for write in own
        if read[0] == "CONSUMED_BY" and write[0] == "PRODUCES" and read[2] == write[1]
    }
    for type_, source, target, _ in list(own):
        if type_ in ("FEEDS", "INFLUENCES"):
            ends = _home(version, source), _home(version, target)
            if ends[0] != ends[1] and ends not in paths:
                own.add(("HAD_DERIVATION", *ends, ()))
    return {edge for edge in own | described if edge[0] != "IN_NAMESPACE"}


def _home(version: Version, key: str) -> str:
    return str(version.nodes[key].properties["dataset"]) if key.startswith("field/") else key


def _stretches(edge: PlainEdge, own: list[Version], holds: list[bool]) -> set[TimedEdge]:
    spans: list[list[int | None]] = []
    for place, version in enumerate(own):
        end = own[place + 1].ns if place + 1 < len(own) else None
        if holds[place] and version.ns != end:
            if spans and spans[-1][1] == version.ns:
                spans[-1][1] = end
            else:
                spans.append([version.ns, end])
    type_, source, target, properties = edge
    via = own[0].key
    return {(type_, source, target, via, "DECLARED", properties, start, end) for start, end in spans}


def expected(world: World, library: Library) -> tuple[Nodes, set[TimedEdge]]:
    """The nodes and edges of all times, of events and documents together."""
    of_events, edges = expected_graph(world)
    _put_spellings(library, of_events, edges)
    nodes = dict(of_events)
    told = library.told()
    edges |= library.edges()
    for key in library.keys:
        nodes[key] = _node(key, of_events.get(key), told.get(key), library, edges)
    for version in library.log:
        about = {"source": version.source, "mediaType": "text/turtle"}
        said = nodes[version.key][1] if version.key in told else {"name": version.source}
        said = {name: value for name, value in said.items() if name != "inferred"}
        nodes[version.key] = ("Document", {**said, **about})
    _put_implied_edges(nodes, edges)
    return nodes, edges


def _put_spellings(library: Library, nodes: Nodes, edges: set[TimedEdge]) -> None:
    """The normal forms of the names that documents give, as if events had told them: they follow from the names."""
    for key in library.keys:
        names = [unquote(part) for part in key.split("/")[1:]]
        found = normal(names[0], names[1]) if key.startswith("dataset/") else None
        if found is not None:
            (namespace, name), type_ = found
            target = "/".join(("dataset", quote(namespace, safe=""), quote(name, safe="")))
            edges.add(("ALIAS_OF", key, target, key, "OBSERVED", (("aliasType", type_),), None, None))
            if nodes.get(target, ("Alias",))[0] != "Dataset":
                nodes[target] = ("Alias", {"namespace": namespace, "name": name})


def _node(
    key: str,
    event: tuple[str, dict[str, Any]] | None,
    told: list[Plain] | None,
    library: Library,
    edges: set[TimedEdge],
) -> tuple[str, dict[str, Any]]:
    telling = [plain for plain in told or [] if not plain.stub]
    lives = event is not None or told is not None
    if not lives:
        last = library.last_told(key)
        told = [last]
        telling = [] if last.stub else [last]
    properties: dict[str, Any] = {}
    for plain in telling:
        properties |= plain.properties
    kind = key.split("/")[0]
    properties |= _identity(key, kind, properties)
    label = _label(key, kind, event, told, telling)
    if kind in NAMED and event is not None:
        properties = {"name": event[1]["name"], **properties, **({} if telling else {"inferred": True})}
    elif event is not None:
        properties |= event[1]
    if not lives:
        properties["gone"] = True
    elif kind == "field":
        properties |= _field(key, event, edges)
    elif kind not in ("dataset", "namespace") and not telling and event is None:
        properties["inferred"] = True
    elif telling and kind in ("job", "run"):
        properties.pop("inferred", None)
    return label, properties


def _identity(key: str, kind: str, said: dict[str, Any]) -> dict[str, Any]:
    if kind in ("dataset", "job", "field", "run", "namespace"):
        return _named(key, kind)
    return {} if "name" in said else {"name": unquote(key.split("/", 1)[1])}


def _named(key: str, kind: str) -> dict[str, Any]:
    parts = [unquote(part) for part in key.split("/")[1:]]
    if kind == "field":
        return {"dataset": "/".join(("dataset", *key.split("/")[1:3])), "name": parts[2]}
    if kind == "run":
        return {"name": parts[0]}
    return dict(zip(("of", "name") if kind == "namespace" else ("namespace", "name"), parts, strict=True))


def _label(key: str, kind: str, event: Any, told: list[Plain] | None, telling: list[Plain]) -> str:
    if kind == "dataset":
        strong = event is not None and event[0] == "Dataset"
        if strong or any(plain.label not in WEAK for plain in telling):
            return "Dataset"
        aliased = any(plain.label == "Alias" or _links(plain) for plain in told or [])
        return "Alias" if aliased or (event is not None and event[0] == "Alias") else "DatasetReference"
    named = (telling or told or [])[-1:]
    return named[0].label if named else event[0]


def _links(plain: Plain) -> bool:
    return any(edge[0] == "ALIAS_OF" for edge in plain.edges)


def _field(key: str, event: Any, edges: set[TimedEdge]) -> dict[str, Any]:
    """By a schema of events whenever it was; else by a document now; else inferred."""
    if event is not None and not event[1].get("inferred"):
        return {}
    shown = [
        edge
        for edge in edges
        if edge[0] == "HAS_FIELD" and edge[2] == key and edge[4] == "DECLARED" and edge[7] is None
    ]
    if not shown:
        return {"inferred": True}
    newest = max(shown, key=lambda edge: (edge[6] or 0, repr(edge[5]), edge[3]))
    return {**dict(newest[5]), "inferred": False}


def _put_implied_edges(nodes: Nodes, edges: set[TimedEdge]) -> None:
    """The places of datasets and jobs in their namespaces, and those of inferred fields in their datasets."""
    for edge in [edge for edge in edges if edge[0] == "HAS_FIELD" and edge[5] == (("inferred", True),)]:
        edges.discard(edge)
    for key, (label, properties) in list(nodes.items()):
        kind = key.split("/")[0]
        if label == "Field":
            if properties.get("inferred") is False:
                del properties["inferred"]
            elif properties.get("inferred"):
                edges.add(
                    (
                        "HAS_FIELD",
                        properties["dataset"],
                        key,
                        key,
                        "OBSERVED",
                        (("inferred", True),),
                        None,
                        None,
                    )
                )
        elif kind in ("dataset", "job"):
            names = key.split("/")[1]
            namespace = f"namespace/{kind}/{names}"
            edges.add(("IN_NAMESPACE", key, namespace, key, "OBSERVED", (), None, None))
            said = {} if namespace not in nodes or "gone" in nodes[namespace][1] else nodes[namespace][1]
            nodes[namespace] = ("Namespace", {**said, "name": unquote(names), "of": kind})
