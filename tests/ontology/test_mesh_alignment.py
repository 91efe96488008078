"""Which terms of standards the shipped ontology is aligned to, and which it is exported as."""

from rdflib import CSVW, DCAT, DCTERMS, FOAF, ODRL2, ORG, OWL, PROV, RDFS, SH, SKOS
from rdflib.namespace import DefinedNamespaceMeta

from ontology.compiler import load_model
from ontology.model import PropertyType

MODEL = load_model()

INVERSES = {
    "ALIAS_OF": "http://www.w3.org/ns/adms#identifier",
    "FEEDS": "http://www.w3.org/ns/prov#wasDerivedFrom",
    "GENERATED": "http://www.w3.org/ns/prov#wasGeneratedBy",
    "HAD_DERIVATION": "http://www.w3.org/ns/prov#wasDerivedFrom",
    "INFLUENCES": "http://www.w3.org/ns/prov#wasInfluencedBy",
    "RENAMED_TO": "http://www.w3.org/ns/prov#wasRevisionOf",
}

STANDARDS: dict[str, DefinedNamespaceMeta] = {
    str(standard): standard for standard in (CSVW, DCAT, DCTERMS, FOAF, ODRL2, ORG, OWL, PROV, RDFS, SH, SKOS)
}

UNBUNDLED = {
    "http://www.w3.org/ns/adms#Identifier",
    "http://www.w3.org/ns/adms#identifier",
    "http://www.w3.org/ns/adms#status",
    "http://www.w3.org/ns/dcat#isVersionOf",
    "http://www.w3.org/ns/dcat#previousVersion",
    "http://www.w3.org/ns/dcat#version",
    "http://www.w3.org/ns/dqv#Dimension",
    "http://www.w3.org/ns/dqv#Metric",
    "http://www.w3.org/ns/dqv#QualityMeasurement",
    "http://www.w3.org/ns/dqv#QualityPolicy",
    "http://www.w3.org/ns/dqv#computedOn",
    "http://www.w3.org/ns/dqv#hasQualityAnnotation",
    "http://www.w3.org/ns/dqv#inDimension",
    "http://www.w3.org/ns/dqv#isMeasurementOf",
    "http://www.w3.org/ns/dqv#value",
    "https://ekgf.github.io/dprod/DataProduct",
    "https://ekgf.github.io/dprod/InformationSensitivityClassification",
    "https://ekgf.github.io/dprod/dataProductOwner",
    "https://ekgf.github.io/dprod/domain",
    "https://ekgf.github.io/dprod/informationSensitivityClassification",
    "https://ekgf.github.io/dprod/inputPort",
    "https://ekgf.github.io/dprod/lifecycleStatus",
    "https://ekgf.github.io/dprod/outputDataset",
    "https://ekgf.github.io/dprod/outputPort",
    "https://ekgf.github.io/dprod/protocol",
    "https://ekgf.github.io/dprod/purpose",
    "https://ekgf.org/dprod/spec/develop/DataContract",
    "https://ekgf.org/dprod/spec/develop/DataOffer",
    "https://w3id.org/dpv#PersonalData",
    "https://w3id.org/dpv#hasPersonalData",
    "https://w3id.org/dpv#hasPurpose",
    "https://www.omg.org/spec/DPROD/dprod/DataProduct",
    "https://www.omg.org/spec/DPROD/dprod/InformationSensitivityClassification",
    "https://www.omg.org/spec/DPROD/dprod/dataProductOwner",
    "https://www.omg.org/spec/DPROD/dprod/domain",
    "https://www.omg.org/spec/DPROD/dprod/informationSensitivityClassification",
    "https://www.omg.org/spec/DPROD/dprod/inputPort",
    "https://www.omg.org/spec/DPROD/dprod/lifecycleStatus",
    "https://www.omg.org/spec/DPROD/dprod/outputDataset",
    "https://www.omg.org/spec/DPROD/dprod/outputPort",
    "https://www.omg.org/spec/DPROD/dprod/protocol",
    "https://www.omg.org/spec/DPROD/dprod/purpose",
}
"""Terms of standards that rdflib has no list of."""


def test_mesh__names_the_inverse_where_the_standard_looks_upstream() -> None:
    assert {r.type: r.exported_inverse for r in MODEL.relationships if r.exported_inverse} == INVERSES


def test_mesh__a_term_of_a_standard_without_stable_address_is_never_written() -> None:
    written = {iri for node in MODEL.nodes for iri in node.exported_types}
    written |= {iri for r in MODEL.relationships for iri in r.exported_as}
    written |= {iri for p in _properties() for iri in p.exported_as}
    assert {iri for iri in written if "dprod" in iri.lower()} == set()
    assert any("dprod" in iri for iri in _aligned())


def test_mesh__aligns_only_to_terms_that_the_standards_have() -> None:
    missing = {iri for iri in _aligned() - UNBUNDLED if not _defined(iri)}
    assert missing == set()


def test_mesh__aligns_datasets_runs_and_fields_as_the_design_says() -> None:
    aligned = {label: MODEL.node(label).aligned_to for label in ("Dataset", "Field", "Run", "Job")}
    assert aligned == {
        "Dataset": (str(DCAT.Dataset), str(PROV.Entity)),
        "Field": (str(CSVW.Column), str(PROV.Entity)),
        "Run": (str(PROV.Activity),),
        "Job": (str(PROV.Plan),),
    }


def _properties() -> set[PropertyType]:
    owners = [*(n.properties for n in MODEL.nodes), *(r.properties for r in MODEL.relationships)]
    return {property_ for properties in owners for property_ in properties}


def _aligned() -> set[str]:
    found = {
        iri
        for terms in (MODEL.nodes, MODEL.relationships, _properties())
        for t in terms
        for iri in t.aligned_to
    }
    return found | set(INVERSES.values())


def _defined(iri: str) -> bool:
    return any(iri.startswith(base) and iri in standard for base, standard in STANDARDS.items())
