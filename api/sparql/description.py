"""What the endpoint says of itself (SPARQL 1.1 Service Description)."""

from ontology.rdf import RDF, TYPE, Iri, Syntax, Triple, document

_SD = "http://www.w3.org/ns/sparql-service-description#"
_FORMATS = "http://www.w3.org/ns/formats/"
_RESULTS = (
    "SPARQL_Results_JSON",
    "SPARQL_Results_XML",
    "SPARQL_Results_CSV",
    "SPARQL_Results_TSV",
    "Turtle",
    "N-Triples",
    "JSON-LD",
)
_DATASET = "The graph as it is now: a named graph for each node, and as default graph the union of all."


def service_description(url: str, syntax: Syntax) -> bytes:
    """The description of the endpoint at a URL."""
    service, dataset, graph = f"{url}#service", f"{url}#dataset", f"{url}#default"
    triples: list[Triple] = [
        (service, TYPE, Iri(f"{_SD}Service")),
        (service, f"{_SD}endpoint", Iri(url)),
        (service, f"{_SD}supportedLanguage", Iri(f"{_SD}SPARQL11Query")),
        (service, f"{_SD}feature", Iri(f"{_SD}UnionDefaultGraph")),
        *((service, f"{_SD}resultFormat", Iri(_FORMATS + name)) for name in _RESULTS),
        (service, f"{_SD}defaultDataset", Iri(dataset)),
        (dataset, TYPE, Iri(f"{_SD}Dataset")),
        (dataset, "http://purl.org/dc/terms/description", _DATASET),
        (dataset, f"{_SD}defaultGraph", Iri(graph)),
        (graph, TYPE, Iri(f"{_SD}Graph")),
    ]
    return document(triples, syntax, {"sd": _SD, "rdf": RDF, "formats": _FORMATS})
