"""What the statements of a document mean: the nodes and edges that it describes, and what came of reading it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from catalog.identity import DocumentId
from catalog.statement import Described, DocumentStatement
from ingest.rdf.findings import Findings, Note
from ingest.rdf.graph import Graph
from ingest.rdf.keys import Keys, stated_keys
from ingest.rdf.kinds import kinds_of
from ingest.rdf.nodes import Drafts
from ingest.rdf.properties import check_homeless
from ingest.rdf.reading import Reading, implied
from ingest.rdf.standards import CATALOG, CATALOG_LINKS, PRIMARY_TOPIC, RECORD, TITLE
from ontology.model import GraphModel
from ontology.rdf import TYPE, Iri
from ontology.rdf_reading import Statement, Text
from ontology.validation import Violation, validate


@dataclass(frozen=True, slots=True)
class Interpretation:
    """What a document says. ``things``: what it calls each node, by key. ``violations``: see ``keeps_out``."""

    statement: DocumentStatement
    notes: tuple[Note, ...]
    violations: tuple[Violation, ...]
    things: Mapping[str, str] = field(default_factory=dict)

    @property
    def described(self) -> Mapping[str, int]:
        """How many things it describes, by label."""
        return _counted(node for node in self.statement.nodes if not node.stub)

    @property
    def named(self) -> Mapping[str, int]:
        """How many things it only names, by label."""
        return _counted(node for node in self.statement.nodes if node.stub)


def interpret(
    statements: Iterable[Statement], document: DocumentId, model: GraphModel, media_type: str
) -> Interpretation:
    """Interpret the statements of a document. A pure function of them and of the ontology."""
    findings = Findings()
    graph = Graph(statements)
    given = stated_keys(graph, model)
    kinds = kinds_of(graph, model, findings, given)
    keys = Keys(graph, kinds, given, document.source, findings)
    reading = Reading(document, graph, model, kinds, keys, findings, implied(graph, model, given))
    title = _catalog(reading)
    drafts = Drafts(reading)
    check_homeless(reading)
    findings.leave(reading.unsaid(graph.facts))
    properties = {"mediaType": media_type, "source": document.source} | ({"title": title} if title else {})
    return Interpretation(
        DocumentStatement(document, drafts.described(), tuple(sorted(properties.items()))),
        findings.notes(),
        (*_violations(reading), *validate(model, drafts.subjects())),
        drafts.things,
    )


def _violations(reading: Reading) -> Iterable[Violation]:
    """The rules that the document breaks before there are nodes to validate; of what has no key, the document's."""
    for fault in reading.findings.faults:
        identity = reading.identity(fault.subject)
        yield fault.violation(reading.document.key if identity is None else identity.key)


def _catalog(reading: Reading) -> str | None:
    """The title of the one catalog that the document is; what catalogs list is what the document describes."""
    graph, findings = reading.graph, reading.findings
    catalogs = [part for part in sorted(reading.kinds.parts) if CATALOG in graph.types(part)]
    findings.understand(fact for fact in graph.facts if fact.predicate in CATALOG_LINKS)
    for part in reading.kinds.parts:
        if not {CATALOG, RECORD}.isdisjoint(graph.types(part)):
            findings.understand([*graph.of(part, Iri(TYPE)), *graph.of(part, PRIMARY_TOPIC)])
    if len(catalogs) != 1:
        return None
    titles = [fact for fact in graph.of(catalogs[0], TITLE) if isinstance(fact.object, Text)]
    findings.understand(titles[:1])
    return str(titles[0].object[0]) if titles else None


def _counted(nodes: Iterable[Described]) -> Mapping[str, int]:
    return dict(sorted(Counter(str(node.label) for node in nodes).items()))
