"""What the words of the standards mean in our graph: DCAT 3, DPROD, PROV, DCTERMS, FOAF, ORG, vCard, SKOS, DQV, ODRL.

Tables, no rules: classes by the label that they stand for, predicates by the relationship or property. DPROD has four
namespaces; here its terms are written with the one that ``normal`` brings all of them to.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from ontology.contexts import DPROD, DPROD_NAMESPACES
from ontology.rdf import RDFS, Iri
from ontology.vocabulary import Label, Rel

PREFIXES = {
    "adms": "http://www.w3.org/ns/adms#",
    "csvw": "http://www.w3.org/ns/csvw#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "dprod": DPROD,
    "dpv": "https://w3id.org/dpv#",
    "dqv": "http://www.w3.org/ns/dqv#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "odrl": "http://www.w3.org/ns/odrl/2/",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdfs": RDFS,
    "schema": "http://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
}
_BY_LENGTH = sorted(DPROD_NAMESPACES, key=len, reverse=True)


def iri(name: str) -> Iri:
    """The IRI of a prefixed name of the tables."""
    prefix, _, local = name.partition(":")
    return Iri(PREFIXES[prefix] + local)


def iris(names: str) -> tuple[Iri, ...]:
    """The IRIs of prefixed names, separated by spaces."""
    return tuple(map(iri, names.split()))


def normal(term: Iri) -> Iri:
    """The term with DPROD's namespace brought to one."""
    for namespace in _BY_LENGTH:
        if term.startswith(namespace):
            return Iri(DPROD + term[len(namespace) :])
    return term


def _classes(table: Mapping[str, str]) -> dict[str, str]:
    return {iri(name): label for names, label in table.items() for name in names.split()}


CLASSES = _classes(
    {
        "dprod:DataProduct": Label.DATA_PRODUCT,
        "dcat:Dataset dcat:DatasetSeries": Label.DATASET,
        "dcat:DataService": Label.OUTPUT_PORT,
        "dprod:DataOffer": Label.DATA_CONTRACT,
        "dprod:DataContract odrl:Agreement": Label.ACCESS_AGREEMENT,
        "odrl:Offer odrl:Set odrl:Policy": Label.USAGE_POLICY,
        "dqv:QualityMeasurement": Label.QUALITY_MEASUREMENT,
        "dqv:Metric": Label.METRIC,
        "dqv:Dimension": Label.QUALITY_DIMENSION,
        "dprod:InformationSensitivityClassification": Label.CLASSIFICATION,
        "dpv:PersonalData": Label.PERSONAL_DATA_CATEGORY,
        "csvw:Schema": Label.SCHEMA,
        "foaf:Person prov:Person vcard:Individual schema:Person": Label.PERSON,
        "foaf:Organization foaf:Group prov:Organization org:Organization org:FormalOrganization "
        "org:OrganizationalUnit vcard:Organization vcard:Group schema:Organization": Label.TEAM,
        "prov:Plan": Label.JOB,
        "prov:Activity": Label.RUN,
    }
)
"""Classes that tell the label, the first of them in this order where a thing has several."""

VAGUE_CLASSES = _classes(
    {
        "skos:Concept": Label.GLOSSARY_TERM,
        "foaf:Agent prov:Agent dct:Agent prov:SoftwareAgent vcard:Kind vcard:VCard": Label.TEAM,
        "dct:Standard": Label.SCHEMA,
    }
)
"""Classes that tell the label only where nothing that the document says of the thing tells it better."""

SILENT_CLASSES = frozenset(
    iris("dcat:Resource prov:Entity owl:NamedIndividual dprod:DataProductLifecycleStatus dprod:Enumeration")
)
"""Classes that say nothing beside the one that tells the label, so that nobody need be told of them."""

DISTRIBUTION = iri("dcat:Distribution")
CATALOG = iri("dcat:Catalog")
RECORD = iri("dcat:CatalogRecord")
PARTS = frozenset((DISTRIBUTION, CATALOG, RECORD, iri("prov:Attribution"), iri("owl:Ontology")))
"""Classes of what is no thing of the mesh by itself: a distribution lies between a port and a dataset, a catalog is the
document."""


@dataclass(frozen=True, slots=True)
class Link:
    """A relationship that a predicate stands for; ``forward``: from subject to object.

    ``rel``: its type, perhaps one of an extension. ``source``, ``target``: the labels of ends of which the document
    does not tell them. ``role``: of a HAS_ROLE.
    """

    rel: str
    source: Label | None = None
    target: Label | None = None
    forward: bool = True
    role: str | None = None


def _role(name: str) -> list[Link]:
    return [Link(Rel.HAS_ROLE, source=Label.TEAM, forward=False, role=name)]


_LINKS: dict[str, list[Link]] = {
    "dprod:outputPort": [Link(Rel.HAS_OUTPUT_PORT, Label.DATA_PRODUCT, Label.OUTPUT_PORT)],
    "dprod:outputDataset": [Link(Rel.EXPOSES, Label.DATA_PRODUCT, Label.DATASET)],
    "dprod:dataProductOwner": [Link(Rel.OWNED_BY, Label.DATA_PRODUCT, Label.TEAM)],
    "dprod:domain": [Link(Rel.IN_DOMAIN, Label.DATA_PRODUCT, Label.DOMAIN)],
    "dprod:informationSensitivityClassification": [
        Link(Rel.CLASSIFIED_AS, Label.DATASET, Label.CLASSIFICATION)
    ],
    "dpv:hasPersonalData": [Link(Rel.CLASSIFIED_AS, target=Label.PERSONAL_DATA_CATEGORY)],
    "dcat:servesDataset": [Link(Rel.SERVES, Label.OUTPUT_PORT, Label.DATASET)],
    "dcat:theme": [Link(Rel.THEME, target=Label.GLOSSARY_TERM)],
    "dct:subject": [
        Link(Rel.MEANS, target=Label.GLOSSARY_TERM),
        Link(Rel.THEME, target=Label.GLOSSARY_TERM),
    ],
    "dcat:isVersionOf": [Link(Rel.VERSION_OF, target=Label.DATASET)],
    "dcat:hasVersion": [Link(Rel.VERSION_OF, source=Label.DATASET_VERSION, forward=False)],
    "dcat:hasCurrentVersion": [Link(Rel.VERSION_OF, source=Label.DATASET_VERSION, forward=False)],
    "dcat:previousVersion": [Link(Rel.PREVIOUS_VERSION, target=Label.DATASET_VERSION)],
    "dct:publisher": [Link(Rel.OWNED_BY, target=Label.TEAM)],
    "prov:wasAttributedTo": [Link(Rel.OWNED_BY, target=Label.TEAM)],
    "dct:creator": _role("creator"),
    "dct:contributor": _role("contributor"),
    "dct:rightsHolder": _role("rightsHolder"),
    "dcat:contactPoint": _role("contact"),
    "dct:conformsTo": [
        Link(Rel.GOVERNED_BY),
        Link(Rel.HAS_SCHEMA, target=Label.SCHEMA),
    ],
    "dct:isPartOf": [Link(Rel.PART_OF), Link(Rel.CONTAINS, forward=False)],
    "dct:hasPart": [Link(Rel.CONTAINS), Link(Rel.PART_OF, forward=False)],
    "org:unitOf": [Link(Rel.PART_OF, Label.TEAM, Label.TEAM)],
    "org:subOrganizationOf": [Link(Rel.PART_OF, Label.TEAM, Label.TEAM)],
    "org:memberOf": [Link(Rel.MEMBER_OF, Label.PERSON, Label.TEAM)],
    "foaf:member": [Link(Rel.MEMBER_OF, Label.PERSON, Label.TEAM, forward=False)],
    "skos:broader": [Link(Rel.BROADER, target=Label.GLOSSARY_TERM), Link(Rel.PART_OF, target=Label.DOMAIN)],
    "skos:narrower": [
        Link(Rel.BROADER, source=Label.GLOSSARY_TERM, forward=False),
        Link(Rel.PART_OF, source=Label.DOMAIN, forward=False),
    ],
    "odrl:hasPolicy": [Link(Rel.HAS_POLICY, target=Label.USAGE_POLICY)],
    "odrl:assignee": [Link(Rel.GRANTED_TO, target=Label.TEAM)],
    "odrl:assigner": [Link(Rel.GRANTED_BY, target=Label.TEAM)],
    "odrl:target": [
        Link(Rel.COVERS, target=Label.DATA_PRODUCT),
        Link(Rel.HAS_POLICY, source=Label.DATA_PRODUCT, forward=False),
    ],
    "dqv:computedOn": [Link(Rel.MEASURES, target=Label.DATASET)],
    "dqv:hasQualityMeasurement": [
        Link(Rel.MEASURES, source=Label.QUALITY_MEASUREMENT, forward=False),
    ],
    "dqv:isMeasurementOf": [Link(Rel.OF_METRIC, Label.QUALITY_MEASUREMENT, Label.METRIC)],
    "dqv:inDimension": [Link(Rel.IN_DIMENSION, Label.METRIC, Label.QUALITY_DIMENSION)],
    "prov:wasDerivedFrom": [
        Link(Rel.HAD_DERIVATION, source=Label.DATASET, forward=False),
        Link(Rel.FEEDS, forward=False),
    ],
    "prov:used": [Link(Rel.USED, Label.RUN, Label.DATASET)],
    "prov:generated": [Link(Rel.GENERATED, Label.RUN, Label.DATASET)],
    "prov:wasGeneratedBy": [Link(Rel.GENERATED, source=Label.RUN, forward=False)],
}
LINKS = {iri(name): links for name, links in _LINKS.items()}
"""Predicates by what they stand for: the first whose ends fit."""

OUTPUT_DATASET_OF_DISTRIBUTION = iri("dprod:isDistributionOf")
DISTRIBUTION_OF_PORT = iri("dprod:isAccessServiceOf")
DISTRIBUTION_OF_DATASET = iri("dcat:distribution")
PORT_OF_DISTRIBUTION = iri("dcat:accessService")
INPUT_PORT = iri("dprod:inputPort")
QUALIFIED_ASSOCIATION = iri("prov:qualifiedAssociation")
QUALIFIED_ATTRIBUTION = iri("prov:qualifiedAttribution")
AGENT = iri("prov:agent")
HAD_ROLE = iri("dcat:hadRole")
IS_VERSION_OF = iri("dcat:isVersionOf")
HAS_VERSION = iri("dcat:hasVersion")
TITLE = iri("dct:title")
ACTION = iri("odrl:action")
PRIMARY_TOPIC = iri("foaf:primaryTopic")
CATALOG_LINKS = frozenset(iris("dcat:dataset dcat:service dcat:catalog dcat:record"))
"""What a catalog lists is what the document describes."""
BESIDE = {
    OUTPUT_DATASET_OF_DISTRIBUTION: ("subject", Label.DATASET),
    DISTRIBUTION_OF_PORT: ("object", Label.OUTPUT_PORT),
    DISTRIBUTION_OF_DATASET: ("object", Label.DATASET),
    PORT_OF_DISTRIBUTION: ("subject", Label.OUTPUT_PORT),
    iri("dcat:dataset"): ("subject", Label.DATASET),
    iri("dcat:service"): ("subject", Label.OUTPUT_PORT),
}
"""By predicate: where the distribution or catalog stands, and the label of what stands at the other end."""
FORMATS = iris("dcat:mediaType dct:format")
PERMITS = {"permits": iri("odrl:permission"), "prohibits": iri("odrl:prohibition")}
"""Properties of a usage policy, and the predicate that leads to the rules with their actions."""

BESIDE_OURS = frozenset(
    iris(
        "prov:used prov:generated prov:wasGeneratedBy prov:qualifiedAssociation prov:qualifiedAttribution "
        "prov:qualifiedDerivation prov:qualifiedInfluence prov:hadPlan dct:identifier"
    )
)
"""What our own exports say in the words of PROV beside our own, so that it is not read twice."""

NAMES = "dct:title skos:prefLabel rdfs:label foaf:name vcard:fn vcard:organization-name schema:name dc:title"
_TEXTS = {
    "name": NAMES,
    "title": NAMES,
    "description": "dct:description skos:definition rdfs:comment schema:description dc:description",
    "tags": "dcat:keyword",
    "notation": "skos:notation",
    "synonyms": "skos:altLabel",
    "homepage": "dcat:landingPage foaf:page foaf:homepage vcard:hasURL vcard:url",
    "license": "dct:license",
    "lifecycle": "dprod:lifecycleStatus dprod:lifecycle adms:status",
    "status": "dprod:contractLifecycleStatus dprod:offerLifecycleStatus adms:status",
    "purpose": "dprod:purpose dpv:hasPurpose",
    "version": "dcat:version owl:versionInfo",
    "protocol": "dprod:protocol",
    "endpoint": "dcat:endpointURL",
    "schemaFormat": "dcat:mediaType dct:format",
    "email": "foaf:mbox vcard:hasEmail vcard:email",
    "value": "dqv:value",
    "measuredAt": "prov:generatedAtTime",
    "startedAt": "prov:startedAtTime",
    "endedAt": "prov:endedAtTime",
    "validFrom": "dprod:effectiveDate",
    "validUntil": "dprod:expirationDate",
    "sameAs": "owl:sameAs schema:sameAs",
}
TEXTS = {name: iris(predicates) for name, predicates in _TEXTS.items()}
"""Properties by the predicates that say them; the first that does counts."""

LIFECYCLES = {
    "ideation": "draft",
    "design": "draft",
    "build": "draft",
    "deploy": "draft",
    "consume": "active",
    "retire": "retired",
}
"""DPROD's lifecycle statuses (the list of CDMC) in ours."""
