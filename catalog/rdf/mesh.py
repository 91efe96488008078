"""Profile mesh: a node in the words of our ontology and of the standards above them, losslessly for the graph now.

The triples of a node depend on nothing but the node, the edges that touch it and, for a run, its state: what changes
them is a change of one of these. They are all those whose subject is the node or the node of an edge that is told with
it (``qualified.AT_TARGET``).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from catalog.curated import counting
from catalog.fold.runs import RunState
from catalog.graph import Direction, Edge, Node
from catalog.rdf.qualified import AT_TARGET, PROV, link, made, qualified, qualified_edges
from catalog.rdf.selection import Selection, inside
from catalog.state import run_states
from catalog.store.port import Reader
from ontology.rdf import TYPE, Iri, Triple, Value
from ontology.rdf_terms import RdfTerms, rdf_terms
from ontology.vocabulary import Label, Rel


@dataclass(frozen=True, slots=True)
class Told:
    """A node with what its triples depend on; ``entering``: edges of the types that are told with their target."""

    node: Node
    leaving: Sequence[Edge] = ()
    entering: Sequence[Edge] = ()
    run: RunState | None = None


def read_page(reader: Reader, nodes: Sequence[Node], selection: Selection | None = None) -> Iterator[Told]:
    """Nodes with what their triples depend on, read set-wise; of a selection only the edges inside of it."""
    terms = rdf_terms()
    keys = [node.key for node in nodes]
    leaving: dict[str, list[Edge]] = {key: [] for key in keys}
    entering: dict[str, list[Edge]] = {key: [] for key in keys}
    of_label = {label: told_with_target((label,)) for label in {node.label for node in nodes}}
    told = {node.key: of_label[node.label] for node in nodes}
    types = sorted({type_ for types in of_label.values() for type_ in types})
    out = counting(reader.edges(keys, tuple(terms.relationships), Direction.OUT))
    into = reader.edges(keys, types, Direction.IN) if types else []
    for edge in out if selection is None else inside(reader, selection, out):
        leaving[edge.source].append(edge)
    for edge in into if selection is None else inside(reader, selection, into):
        if edge.type in told[edge.target]:  # whatever labels else are on the page
            entering[edge.target].append(edge)
    runs = [node.key for node in nodes if node.label == Label.RUN]
    states = run_states(reader, runs) if runs else {}
    for node in nodes:
        yield Told(node, leaving[node.key], entering[node.key], states.get(node.key))


def told_with_target(labels: Iterable[str]) -> tuple[str, ...]:
    """The types of the edges that say something of nodes of these labels that they lead to."""
    terms = rdf_terms()
    above = {one for label in labels for one in terms.model.label_path(label)}
    return tuple(
        kind.type
        for kind in terms.model.relationships
        if (kind.type in AT_TARGET or terms.relationships[kind.type].inverse)
        and not above.isdisjoint(kind.targets)
    )


def is_gone(node: Node) -> bool:
    """Whether no document describes it any more, and nothing else names it: it has a past alone."""
    return node.properties.get("gone") is True


def mesh_triples(told: Told, base: str) -> list[Triple]:
    """The triples of a node in their order; none for one that is gone."""
    terms, node, iri = rdf_terms(), told.node, base + told.node.key
    if is_gone(node):
        return []
    found: list[Triple] = [(iri, TYPE, class_) for class_ in terms.types(node.label)]
    found += [(iri, predicate, value) for predicate, value in _properties(node, terms, base)]
    links = [
        (iri, predicate, Iri(base + edge.target))
        for edge in told.leaving
        for predicate in terms.relationships[edge.type].predicates
    ]
    links += [
        (iri, predicate, Iri(base + edge.source))
        for edge in told.entering
        for predicate in terms.relationships[edge.type].inverse
    ]
    found += dict.fromkeys(links)  # several edges may say the same
    edges = qualified_edges((edge for edge in told.entering if edge.type in AT_TARGET), node, terms)
    found += [triple for edge in edges if (triple := link(edge, base)) is not None]
    edges += qualified_edges((edge for edge in told.leaving if edge.type not in AT_TARGET), None, terms)
    if node.label == Label.RUN:
        found += _activity(told, base)
    for edge in edges:
        found += qualified(edge, base, terms)
    return found


def _properties(node: Node, terms: RdfTerms, base: str) -> Iterator[tuple[str, Value]]:
    known = terms.properties(node.label)
    yield from known["key"].values(node.key, base)
    for name, written in known.items():
        value = node.properties.get(name)
        if value is not None:
            yield from written.values(value, base)


def _activity(told: Told, base: str) -> Iterator[Triple]:
    """What PROV says of a run: what it used and generated, by its events, and the plan that it followed."""
    iri, run = base + told.node.key, told.run
    parts = [] if run is None else run.parts.values()
    sides = {(f"{PROV}used", key) for part in parts for key in part.inputs}
    sides |= {(f"{PROV}generated", key) for part in parts for key in part.outputs}
    for edge in told.leaving:  # what a document says of a run says it already
        sides -= {(predicate, edge.target) for predicate in rdf_terms().relationships[edge.type].predicates}
    yield from ((iri, predicate, Iri(base + key)) for predicate, key in sorted(sides))
    plans = dict.fromkeys(edge.target for edge in told.leaving if edge.type == Rel.OF_JOB)
    if plans:
        association = made("association", told.node.key, base)
        yield iri, f"{PROV}qualifiedAssociation", association
        yield association, TYPE, Iri(f"{PROV}Association")
        yield from ((association, f"{PROV}hadPlan", Iri(base + job)) for job in plans)
