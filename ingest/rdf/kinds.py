"""Which label each thing of a document has: by its classes, by its key, else by how the document uses it."""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ingest.problems import Code
from ingest.rdf.findings import Component, Findings, local, near, shown
from ingest.rdf.graph import Fact, Graph, Thing
from ingest.rdf.standards import (
    BESIDE,
    CLASSES,
    HAS_VERSION,
    INPUT_PORT,
    IS_VERSION_OF,
    LINKS,
    PARTS,
    SILENT_CLASSES,
    VAGUE_CLASSES,
    Link,
    normal,
)
from ontology.model import GraphModel, RelationshipType
from ontology.rdf import NS, RDF, TYPE, Iri
from ontology.rdf_reading import Text
from ontology.vocabulary import Label, Rel

STATEMENT = Iri(f"{RDF}Statement")
PREFERRED = (
    Label.DATASET,
    Label.DATA_PRODUCT,
    Label.TEAM,
    Label.OUTPUT_PORT,
    Label.DATA_CONTRACT,
    Label.GLOSSARY_TERM,
    Label.CLASSIFICATION,
    Label.DOMAIN,
)
"""Which label the object of one of our relationships has where several can be, and the document tells none."""

PAIRS: Mapping[tuple[str, str | None], str] = {
    (Rel.VERSION_OF, Label.CONTRACT_VERSION): Label.DATA_CONTRACT,
    (Rel.PART_OF, Label.JOB): Label.PIPELINE,
}
"""Relationships that lead from things of one kind to things of another, beside others that do not."""

_UPSTREAM_PORT = [Link(Rel.HAS_OUTPUT_PORT, Label.DATA_PRODUCT, Label.OUTPUT_PORT)]
"""What an input port of DPROD is taken for: it is the output port of another product."""


@dataclass(slots=True)
class Kinds:
    """The labels of things, and what is no thing of the mesh (``parts``)."""

    model: GraphModel
    labels: dict[Thing, str] = field(default_factory=dict)
    parts: set[Thing] = field(default_factory=set)

    def fits(self, thing: Thing, labels: Iterable[str]) -> bool:
        """Whether a thing has one of the labels, or one below them."""
        label = self.labels.get(thing)
        return label is not None and not set(self.model.label_path(label)).isdisjoint(labels)

    def links(self, fact: Fact) -> list[Link]:
        """What a predicate may stand for."""
        own = self.model.relationship_by_iri(fact.predicate)
        return LINKS.get(fact.predicate, []) if own is None else [Link(own.type)]

    def link(self, fact: Fact) -> Link | None:
        """What a statement between two things stands for, by its predicate and their labels."""
        return next((link for link in self.links(fact) if self._ends_fit(fact, link)), None)

    def _ends_fit(self, fact: Fact, link: Link) -> bool:
        source, target = ends(fact, link)
        kind = self.model.relationship(link.rel)
        return self.fits(source, kind.sources) and self.fits(target, kind.targets)


def ends(fact: Fact, link: Link) -> tuple[Thing, Thing]:
    """Source and target of the relationship that a statement stands for."""
    assert not isinstance(fact.object, Text)
    return (fact.subject, fact.object) if link.forward else (fact.object, fact.subject)


def kinds_of(graph: Graph, model: GraphModel, findings: Findings, keys: Mapping[Thing, str]) -> Kinds:
    """The labels of all things. ``keys``: of those that state one, or have it in their IRI."""
    kinds = Kinds(model)
    for subject in graph.subjects:
        _by_class(subject, graph, kinds, findings)
    for thing, key in keys.items():
        kinds.labels.setdefault(thing, model.label_of_kind(key.partition("/")[0]))
    known = set(kinds.labels)
    _beside_parts(graph, kinds)
    _spread(graph, kinds)
    _by_vague_class(graph, kinds, findings, known)
    _spread(graph, kinds)
    for thing in kinds.labels.keys() - known:
        if kinds.labels[thing] == Label.TEAM:
            findings.note(Code.KIND_ASSUMED, Label.TEAM, shown(thing))
    return kinds


def _by_class(subject: Thing, graph: Graph, kinds: Kinds, findings: Findings) -> None:
    typed = {
        fact: normal(fact.object) for fact in graph.of(subject, Iri(TYPE)) if isinstance(fact.object, Iri)
    }
    types = set(typed.values())
    if STATEMENT in types:
        kinds.parts.add(subject)
        findings.understand(typed)
        return
    own = {node.label for type_ in types if (node := kinds.model.node_by_iri(type_)) is not None}
    label = _lowest(subject, own, kinds.model, findings) if own else _foreign(subject, types, graph)
    if label is not None:
        kinds.labels[subject] = label
    elif not PARTS.isdisjoint(types):
        kinds.parts.add(subject)
    for fact, type_ in typed.items():
        if type_.startswith(NS) and kinds.model.node_by_iri(type_) is None:
            _violate_class(subject, type_, kinds.model, findings)
        elif _is_told(type_, label, subject, kinds):
            findings.understand([fact])


def _is_told(type_: Iri, label: str | None, subject: Thing, kinds: Kinds) -> bool:
    """Whether a class says no more than the label, or than that it is a part."""
    if type_ in PARTS:
        return subject in kinds.parts
    if label is None:
        return False
    exported = kinds.model.node(label).exported_types
    own = kinds.model.node_by_iri(type_) is not None
    return own or type_ in exported or type_ in SILENT_CLASSES or type_ in CLASSES or type_ in VAGUE_CLASSES


def _foreign(subject: Thing, types: set[Iri], graph: Graph) -> str | None:
    label = next((label for class_, label in CLASSES.items() if class_ in types), None)
    if label == Label.DATASET and (graph.of(subject, IS_VERSION_OF) or graph.to(subject, HAS_VERSION)):
        return Label.DATASET_VERSION  # DCAT has no class for them: they are datasets that say of which one
    return label


def _lowest(subject: Thing, labels: set[str], model: GraphModel, findings: Findings) -> str | None:
    """The label of a thing with these classes of ours: the one below all others, and a concrete one."""
    above = {other for label in labels for other in model.label_path(label)[:-1]}
    lowest = sorted(labels - above)
    if len(lowest) > 1:
        message = f"It is of several kinds ({', '.join(lowest)}), and a thing has one."
        findings.violate(subject, Component.CLASS, TYPE, None, message)
    if not model.node(lowest[0]).abstract:
        return lowest[0]
    return _preferred(model, lowest)


def _preferred(model: GraphModel, labels: Iterable[str]) -> str | None:
    """The label that stands for several; None where anything may be meant."""
    concrete = model.concrete(labels)
    if len(concrete) == len(model.concrete_labels):
        return None
    return (
        concrete[0] if len(concrete) == 1 else next((label for label in PREFERRED if label in concrete), None)
    )


def _violate_class(subject: Thing, type_: Iri, model: GraphModel, findings: Findings) -> None:
    message = f"{local(type_)} is no class of the ontology.{near(type_, (node.iri for node in model.nodes))}"
    findings.violate(subject, Component.CLASS, TYPE, str(type_), message)


def _beside_parts(graph: Graph, kinds: Kinds) -> None:
    """What a distribution lies between, in whichever direction it is said, and what a catalog lists."""
    for fact in graph.facts:
        if fact.predicate in BESIDE and not isinstance(fact.object, Text):
            side, label = BESIDE[fact.predicate]
            two = (fact.subject, fact.object)
            part, other = two if side == "subject" else reversed(two)
            kinds.parts.add(part)
            kinds.labels.setdefault(other, label)
    for part in kinds.parts:
        kinds.labels.pop(part, None)


def _spread(graph: Graph, kinds: Kinds) -> None:
    """Give ends of relationships the labels that these ask for, as far as that leads."""
    waiting = deque(fact for fact in graph.facts if not isinstance(fact.object, Text))
    while waiting:
        fact = waiting.popleft()
        candidates = _UPSTREAM_PORT if fact.predicate == INPUT_PORT else kinds.links(fact)
        for thing in next(filter(None, (_guess(kinds, fact, link) for link in candidates)), ()):
            around = (*graph.of(thing), *graph.to(thing))
            waiting.extend(one for one in around if not isinstance(one.object, Text))


def _guess(kinds: Kinds, fact: Fact, link: Link) -> list[Thing]:
    """Label what a relationship leaves no other choice for; the things that have a label now."""
    source, target = ends(fact, link)
    kind = kinds.model.relationship(link.rel)
    wanted: dict[Thing, str | None] = {source: link.source, target: link.target}
    if kind.iri == fact.predicate:
        wanted[target] = _target(kinds, kind, kinds.labels.get(source))
    missing = [thing for thing in wanted if thing not in kinds.labels and thing not in kinds.parts]
    for thing, allowed in ((source, kind.sources), (target, kind.targets)):
        if thing not in missing and not kinds.fits(thing, allowed):
            return []
    given = {thing: label for thing in missing if (label := wanted[thing]) is not None}
    if len(given) < len(missing):
        return []
    kinds.labels.update(given)
    return missing


def _target(kinds: Kinds, kind: RelationshipType, source: str | None) -> str | None:
    """The label of the object of a relationship of ours: that of a pair, else the subject's own, else the usual one."""
    if (kind.type, source) in PAIRS:
        return PAIRS[kind.type, source]
    usual = _preferred(kinds.model, kind.targets)
    return source if usual is not None and source in kinds.model.concrete(kind.targets) else usual


def _by_vague_class(graph: Graph, kinds: Kinds, findings: Findings, known: set[Thing]) -> None:
    for subject in graph.subjects:
        if subject in known or subject in kinds.parts:
            continue
        for fact in graph.of(subject, Iri(TYPE)):
            label = VAGUE_CLASSES.get(normal(fact.object)) if isinstance(fact.object, Iri) else None
            if label is not None:
                kinds.labels.setdefault(subject, label)
                findings.understand([fact])
