"""The prefixes that our RDF is written with."""

from collections.abc import Iterable, Mapping

from ontology.rdf import NS, RDF, RDFS, XSD

PREFIXES = {
    "mesh": NS,
    "adms": "http://www.w3.org/ns/adms#",
    "csvw": "http://www.w3.org/ns/csvw#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "dpv": "https://w3id.org/dpv#",
    "dqv": "http://www.w3.org/ns/dqv#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "odrl": "http://www.w3.org/ns/odrl/2/",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": RDF,
    "rdfs": RDFS,
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": XSD,
}


def prefixes(dprod: str | None = None) -> dict[str, str]:
    """Ours; ``dprod``: with DPROD's, whose namespace its versions do not agree on."""
    return PREFIXES if dprod is None else {**PREFIXES, "dprod": dprod}


def used(iris: Iterable[str]) -> dict[str, str]:
    """The prefixes that any of these IRIs can be written with."""
    namespaces = tuple(PREFIXES.values())
    found = {iri[: cut(iri)] for iri in iris if iri.startswith(namespaces)}
    return {prefix: namespace for prefix, namespace in PREFIXES.items() if namespace in found}


def cut(iri: str) -> int:
    """Where the name of a term begins."""
    return max(iri.rfind("#"), iri.rfind("/")) + 1


def compact(iri: str, known: Mapping[str, str] = PREFIXES) -> str:
    """The IRI with a prefix, where it is a prefix and a plain name; else itself."""
    for prefix, namespace in known.items():
        if iri.startswith(namespace):
            name = iri.removeprefix(namespace)
            return f"{prefix}:{name}" if name.isidentifier() else iri
    return iri
