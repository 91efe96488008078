"""The catalogue of a standard's profile: what stands once in an export, and which nodes are written in which way."""

from collections.abc import Callable, Mapping

from catalog.graph import Node
from catalog.rdf import dcat
from catalog.rdf.products import STATUSES, product, status_iri
from catalog.rdf.words import Said, Scene, term, told, types
from ontology.compiler import load_model
from ontology.rdf import Iri, Triple
from ontology.vocabulary import Label

WRITERS: Mapping[str, Callable[[Node, Scene], list[Triple]]] = {
    Label.DATASET: dcat.dataset,
    Label.DATASET_VERSION: dcat.dataset_version,
    Label.ALIAS: dcat.alias,
    Label.DATASET_REFERENCE: dcat.reference,
    Label.PORT: dcat.port,
    Label.DATA_PRODUCT: product,
    Label.AGENT: dcat.agent,
    Label.DOMAIN: dcat.concept,
    Label.GLOSSARY_TERM: dcat.concept,
    Label.CLASSIFICATION: dcat.concept,
    Label.ROLE: dcat.concept,
    Label.SCHEMA: dcat.standard,
    Label.DATA_CONTRACT: dcat.standard,
    Label.CONTRACT_VERSION: dcat.standard,
    Label.USAGE_POLICY: dcat.policy,
}
"""How nodes of these labels and of those below them are written; those of others are not."""


def labels() -> tuple[str, ...]:
    """The labels whose nodes are written, sorted."""
    return load_model().concrete(WRITERS)


def catalogue_triples(node: Node, scene: Scene) -> list[Triple]:
    """What a profile says of a node, and of what is made for it."""
    for label in reversed(load_model().label_path(node.label)):
        if label in WRITERS:
            return WRITERS[label](node, scene)
    return []


def head(scene: Scene) -> list[Triple]:
    """The catalogue itself with its publisher, and the lists that others refer to."""
    publisher = Iri(f"{scene.base}catalog/publisher")
    name = scene.base.partition("://")[2].partition("/")[0]

    def said() -> Said:
        yield from types("dcat:Catalog")
        yield term("dct:title"), f"The data mesh at {name}"
        yield (
            term("dct:description"),
            "Its data products, their ports and all datasets, exported by Meshline.",
        )
        yield term("dct:publisher"), publisher
        yield term("dcat:themeTaxonomy"), scene.made("scheme", Label.GLOSSARY_TERM)

    found = told(dcat.catalog_iri(scene), said())
    found += told(publisher, (*types("foaf:Agent", "prov:Agent"), (term("foaf:name"), f"Meshline at {name}")))
    for label, title in dcat.CONCEPT_SCHEMES.items():
        scheme = (*types("skos:ConceptScheme"), (term("dct:title"), title))
        found += told(scene.made("scheme", label), scheme)
    for visibility, meaning in dcat.RIGHTS.items():
        rights = (*types("dct:RightsStatement"), (term("rdfs:label"), meaning))
        found += told(scene.made("access-rights", visibility), rights)
    return [*found, *_statuses(scene)]


def _statuses(scene: Scene) -> list[Triple]:
    found: list[Triple] = []
    if scene.dprod is not None:
        for status in dict.fromkeys(STATUSES.values()):
            iri = status_iri(scene.dprod, status)
            found.append((iri, term("rdf:type"), Iri(f"{scene.dprod}DataProductLifecycleStatus")))
            found.append((iri, term("rdfs:label"), status))
    return found
