"""Extensions: Turtle files of a user that add classes, properties, relationships and shapes to the ontology.

They may only add. A statement about a term of ours, or about a term of a standard that ours are aligned to, is refused:
what our terms mean, and what is written of them, is the same in every Meshline.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from rdflib import OWL, SKOS, Graph, URIRef
from rdflib.term import Node

from ontology.ddl import TABLES, view_name
from ontology.errors import OntologyError
from ontology.model import GraphModel
from ontology.reader import MESH
from ontology.shapes import SHACL
from ontology.turtle import read_turtle

SHAPES = "https://w3id.org/meshline/shapes#"
RESERVED_KINDS = frozenset({"edge", "report", "stretch"})
"""First parts of IRIs that are made for what is no node."""

_OURS_ALONE = (MESH["index"], MESH.internal)
"""What the stores must know of a property before they make their tables."""


@dataclass(frozen=True, slots=True)
class Extension:
    """A file that extends the ontology: what problems call it, and its Turtle."""

    name: str
    turtle: str


def read_extensions(paths: Iterable[Path]) -> tuple[Extension, ...]:
    """The files. Raises OntologyError with all that cannot be read."""
    found, problems = [], []
    for path in paths:
        try:
            found.append(Extension(str(path), path.read_text(encoding="utf-8")))
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
            problems.append(f"{path}: It cannot be read: {reason}")
    if problems:
        raise OntologyError(problems)
    return tuple(found)


def merged(ours: Graph, extensions: Iterable[Extension]) -> dict[Node, str]:
    """Add the extensions to our graph; the file of each term that they state something of.

    Raises OntologyError with everything in them that would change what is there.
    """
    known = {term for triple in ours for term in triple if isinstance(term, URIRef)}
    origins: dict[Node, str] = {}
    problems: list[str] = []
    graphs: list[Graph] = []
    for extension in extensions:
        try:
            graph = read_turtle(extension.turtle, name=extension.name)
        except OntologyError as error:
            problems += error.problems
            continue
        graphs.append(graph)
        problems += (f"{extension.name}: {problem}" for problem in _changes(graph, ours, known))
        origins |= dict.fromkeys(graph.subjects(), extension.name)
    if problems:
        raise OntologyError(sorted(set(problems)))
    for graph in graphs:
        for prefix, namespace in graph.namespaces():
            ours.bind(prefix, namespace, override=False)
        ours += graph
    return origins


def _changes(graph: Graph, ours: Graph, known: set[URIRef]) -> Iterator[str]:
    """What an extension states that it may not."""
    schemes = set(ours.objects(None, MESH.closedList))
    for subject, predicate, value in graph:
        said = " ".join(term.n3(graph.namespace_manager) for term in (subject, predicate, value))
        if subject in known:
            yield f"It states something of a term that is not its own: {said}"
        elif str(subject).startswith((str(MESH), SHAPES, SHACL)):
            yield f"It names a term in a namespace that is not its own: {said}"
        elif predicate == SKOS.inScheme and value in schemes:
            yield f"It adds a value to a closed list that is not its own: {said}"
        elif predicate == OWL.imports:
            yield f"It imports another file, which is not read; name that file too: {said}"
        elif predicate in _OURS_ALONE:
            yield f"It says how the stores keep a property, which only ours can have: {said}"


def conflicts(model: GraphModel, origins: Mapping[Node, str]) -> Iterator[str]:
    """Where the names of an extension meet those of others. ``model``: with the extensions."""
    added = {str(term): name for term, name in origins.items()}
    ours = {node.kind: node.label for node in model.nodes if node.iri not in added}
    views = [view_name(node.label) for node in model.nodes]
    views += [relationship.type.lower() for relationship in model.relationships]
    for node in model.nodes:
        if node.iri not in added:
            continue
        if node.kind and (node.kind in ours or node.kind in RESERVED_KINDS):
            whose = f"that of {ours[node.kind]}" if node.kind in ours else "kept for what is no node"
            yield f"{added[node.iri]}: {node.label} has the kind {node.kind!r}, which is {whose}"
        if node.label.startswith("Meshline"):
            yield f"{added[node.iri]}: {node.label} begins with Meshline, as the labels of bookkeeping do"
        if views.count(view_name(node.label)) > 1 or view_name(node.label) in TABLES:
            yield f"{added[node.iri]}: {node.label} would have the view {view_name(node.label)}, which is another's"
    for relationship in model.relationships:
        view = relationship.type.lower()
        if relationship.iri in added and (views.count(view) > 1 or view in TABLES):
            yield f"{added[relationship.iri]}: {relationship.type} would have the view {view}, which is another's"
