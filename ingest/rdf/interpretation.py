"""What the statements of a document mean: the nodes and edges that it describes, and what came of reading it."""

from collections.abc import Iterable, Mapping

from catalog.identity import DocumentId
from catalog.statement import DocumentStatement
from ingest.documents.reading import Interpretation
from ingest.policies.folding import folded
from ingest.rdf.findings import Findings
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


def interpret(
    statements: Iterable[Statement],
    document: DocumentId,
    model: GraphModel,
    media_type: str,
    about: Mapping[str, str] | None = None,
) -> Interpretation:
    """Interpret the statements of a document. A pure function of them and of the ontology. ``about``: further
    properties of the document itself."""
    findings = Findings()
    graph = Graph(folded(statements, model, findings))
    given = stated_keys(graph, model)
    kinds = kinds_of(graph, model, findings, given)
    keys = Keys(graph, kinds, given, document.source, findings)
    reading = Reading(document, graph, model, kinds, keys, findings, implied(graph, model, given))
    title = _catalog(reading)
    drafts = Drafts(reading)
    check_homeless(reading)
    findings.leave(reading.unsaid(graph.facts))
    properties = {**(about or {}), "mediaType": media_type, "source": document.source}
    if title:
        properties["title"] = title
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
