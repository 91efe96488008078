"""The JSON-LD contexts of our exports: from the graph model our terms by their local names, others by prefix.

A copy of that for the ontology that ships with Meshline is in ``contexts/mesh.jsonld``; a test holds it equal, and
``python -m tests.docs.write`` writes it anew.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ontology.model import Datatype, GraphModel
from ontology.prefixes import PREFIXES, compact, prefixes
from ontology.rdf import NS, XSD

IRI = "@id"
_COERCED = {
    Datatype.DATE_TIME: "xsd:dateTime",
    Datatype.DECIMAL: "xsd:decimal",
    Datatype.IRI: IRI,
    Datatype.KEY: IRI,
}
STANDARD = {
    "prov:agent": IRI,
    "prov:entity": IRI,
    "prov:generated": IRI,
    "prov:generatedAtTime": "xsd:dateTime",
    "prov:hadPlan": IRI,
    "prov:qualifiedAssociation": IRI,
    "prov:qualifiedAttribution": IRI,
    "prov:qualifiedDerivation": IRI,
    "prov:qualifiedInfluence": IRI,
    "prov:used": IRI,
    "rdf:object": IRI,
    "rdf:predicate": IRI,
    "rdf:subject": IRI,
}
"""What exports say beside the terms of the model."""


LINKS = (
    *("adms:identifier", "dcat:accessService", "dcat:accessURL", "dcat:contactPoint", "dcat:dataset"),
    *("dcat:distribution", "dcat:endpointURL", "dcat:hadRole", "dcat:isVersionOf", "dcat:previousVersion"),
    *("dcat:resource", "dcat:servesDataset", "dcat:service", "dcat:theme", "dcat:themeTaxonomy"),
    *("dct:accessRights", "dct:conformsTo", "dct:format", "dct:hasPart", "dct:license", "dct:publisher"),
    *("foaf:page", "odrl:action", "odrl:hasPolicy", "odrl:permission", "odrl:prohibition", "org:memberOf"),
    *("prov:agent", "prov:qualifiedAttribution", "skos:broader", "skos:inScheme", "vcard:hasEmail"),
)
DPROD_LINKS = (
    *("dataProductOwner", "domain", "informationSensitivityClassification", "inputDataset", "inputPort"),
    *("isAccessServiceOf", "isDistributionOf", "lifecycleStatus", "outputDataset", "outputPort", "protocol"),
)
"""What leads from node to node in the profiles of the standards."""


@dataclass(frozen=True, slots=True)
class JsonLdContext:
    """``value``: the context as JSON. ``prefixes``: those that it defines.

    ``coerced``: predicate → the type of its plain texts, ``@id`` for IRIs. ``names``, ``classes``: predicate or class →
    its key where that is not its prefixed name.
    """

    value: dict[str, Any]
    prefixes: Mapping[str, str]
    coerced: Mapping[str, str]
    names: Mapping[str, str] = field(default_factory=dict)
    classes: Mapping[str, str] = field(default_factory=dict)


def standard_context(dprod: str | None) -> JsonLdContext:
    """The context of an export in the words of the standards; ``dprod``: the namespace of DPROD."""
    known = prefixes(dprod)
    iris = [*map(_full, LINKS), *(dprod + name for name in DPROD_LINKS if dprod is not None)]
    terms = {compact(iri, known): {"@type": IRI} for iri in iris}
    return JsonLdContext({"@version": 1.1, **known, **terms}, known, dict.fromkeys(iris, IRI))


def json_ld_context(model: GraphModel) -> JsonLdContext:
    """The context of a model."""
    types = dict(_types(model))
    names = {iri: _name(iri) for iri in types}
    classes = {node.iri: _name(node.iri) for node in model.nodes}
    terms = {names[iri]: _definition(iri, type_) for iri, type_ in types.items()}
    own = {name: compact(iri) for iri, name in classes.items() if name != iri}
    value = {"@version": 1.1, "id": "@id", "type": "@type", **PREFIXES, **dict(sorted(own.items()))}
    value.update((name, term) for name, term in sorted(terms.items()) if term is not None)
    coerced = {iri: _expanded(type_) for iri, type_ in types.items() if type_}
    return JsonLdContext(value, PREFIXES, coerced, names, classes)


def _types(model: GraphModel) -> Iterator[tuple[str, str]]:
    """Every predicate and what its plain texts stand for; "" where they are texts, or where terms of ours differ."""
    found: dict[str, set[str]] = {_full(name): {type_} for name, type_ in STANDARD.items()}
    of_nodes = [one for kind in model.nodes for one in kind.properties]
    of_edges = [one for kind in model.relationships for one in kind.properties]
    for property_ in (*of_nodes, *of_edges):
        if not property_.internal:
            for iri in (property_.iri, *property_.exported_as):
                found.setdefault(iri, set()).add(_COERCED.get(property_.datatype, ""))
    for relationship in model.relationships:
        inverse = relationship.exported_inverse
        for iri in (relationship.iri, *relationship.exported_as, *([inverse] if inverse else [])):
            found.setdefault(iri, set()).add(IRI)
    for iri, types in sorted(found.items()):
        yield iri, types.pop() if len(types) == 1 else ""


def _name(iri: str) -> str:
    """The key of a term: the local name of ours, a prefixed name of a standard's, the IRI of any other."""
    return iri.removeprefix(NS) if iri.startswith(NS) else compact(iri)


def _definition(iri: str, type_: str) -> Any:
    """How a term is defined; None where its key says it already."""
    if iri.startswith(NS):
        return {"@id": compact(iri), "@type": type_} if type_ else compact(iri)
    if not type_:
        return None
    return {"@id": iri, "@type": type_} if compact(iri) == iri else {"@type": type_}


def _full(name: str) -> str:
    prefix, _, local = name.partition(":")
    return PREFIXES[prefix] + local


def _expanded(type_: str) -> str:
    return XSD + type_.removeprefix("xsd:") if type_.startswith("xsd:") else type_


def context_file(model: GraphModel) -> str:
    """The text of the file ``contexts/mesh.jsonld``."""
    return json.dumps({"@context": json_ld_context(model).value}, indent=1) + "\n"
