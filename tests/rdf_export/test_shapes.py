"""Exports conform to our shapes and to the published ones of DPROD and DCAT-AP, by pySHACL; and each check can fail."""

from collections.abc import Callable
from functools import cache
from importlib.resources import files
from pathlib import Path

import pytest
from pyshacl import validate
from rdflib import DCAT, DCTERMS, FOAF, RDF, RDFS, SH, SKOS, Graph, Literal, Namespace, URIRef

from catalog.rdf.export import rdf
from catalog.rdf.profile import Profile, dprod_namespace
from catalog.rdf.selection import named_node, select
from catalog.store.port import Store
from ontology.rdf import NS
from ontology.rdf_writing import Form
from ontology.vocabulary import Label
from tests.rdf_export.demo import demo_with_products
from tests.rdf_export.meshes import BASE, everything, sparse, stored
from tests.rdf_export.offered import offered
from tests.rdf_export.shop import ORDERS, shop

Mesh = Callable[[], Store]

DCAT_AP = ("dcat-ap/dcat-ap-3.0.1-shapes.ttl", "dcat-ap/dcat-ap-3.0.1-range.ttl")
SHAPES = {
    Profile.DPROD_2024: ("dprod/dprod-shapes.ttl", *DCAT_AP),
    Profile.DPROD_2026: ("dprod/dprod-shapes.2026-06.reconstructed.ttl", *DCAT_AP),
    Profile.DCAT_AP: DCAT_AP,
}
CASES = [(profile, name) for profile, names in SHAPES.items() for name in names]


@cache
def exported(profile: Profile, mesh: Mesh, product: str | None = None) -> str:
    with mesh().read() as reader:
        start = None if product is None else named_node(reader, Label.DATA_PRODUCT, product, BASE)
        selection = None if start is None else select(reader, start)
        return "".join(rdf(reader, Form.TURTLE, profile, BASE, selection))


def all_there_is() -> Store:
    return stored(*everything())


def only_keys() -> Store:
    return stored(*sparse())


def described() -> Store:
    return stored(*shop())


@cache
def demo_mesh() -> Store:
    return demo_with_products()


def findings(data: Graph, shapes: Path) -> str:
    """What is wrong with the data; empty where it conforms."""
    conforms, _, text = validate(data, shacl_graph=Graph().parse(shapes), inference="none")
    return "" if conforms else str(text)


def graph(turtle: str) -> Graph:
    return Graph().parse(data=turtle, format="turtle")


@pytest.mark.parametrize("mesh", [all_there_is, only_keys, described, demo_mesh, offered])
@pytest.mark.parametrize(("profile", "name"), CASES)
def test_export__conforms(corpus: Path, profile: Profile, name: str, mesh: Mesh) -> None:
    data = graph(exported(profile, mesh))
    assert len(data) > 60
    assert findings(data, corpus / "mesh" / name) == ""


@pytest.mark.parametrize(("profile", "name"), CASES)
def test_export_of_one_product__conforms(corpus: Path, profile: Profile, name: str) -> None:
    data = graph(exported(profile, described, ORDERS))
    assert (URIRef(BASE + ORDERS), None, None) in data
    assert findings(data, corpus / "mesh" / name) == ""


def _tag_a_label(data: Graph) -> None:
    data.set((URIRef(BASE + ORDERS), RDFS.label, Literal("Orders", lang="en")))


def _forget_what_an_owner_is(data: Graph) -> None:
    data.remove((URIRef(f"{BASE}team/orders"), RDF.type, URIRef("http://www.w3.org/ns/prov#Agent")))


def _forget_what_a_status_is(data: Graph) -> None:
    for profile in (Profile.DPROD_2024, Profile.DPROD_2026):
        class_ = URIRef(f"{dprod_namespace(profile)}DataProductLifecycleStatus")
        data.remove((None, RDF.type, class_))


def _forget_what_a_sensitivity_is(data: Graph) -> None:
    data.remove((URIRef(f"{BASE}classification/confidential"), RDF.type, None))


@pytest.mark.parametrize(
    "fault",
    [_tag_a_label, _forget_what_an_owner_is, _forget_what_a_status_is, _forget_what_a_sensitivity_is],
)
@pytest.mark.parametrize("profile", [Profile.DPROD_2024, Profile.DPROD_2026])
def test_fault__is_found_by_dprod(corpus: Path, profile: Profile, fault: Callable[[Graph], None]) -> None:
    data = graph(exported(profile, described))
    fault(data)
    assert findings(data, corpus / "mesh" / SHAPES[profile][0])


def test_protocol_as_such__is_not_enough_for_dprod_of_2024(corpus: Path) -> None:
    data = graph(exported(Profile.DPROD_2024, described))
    data.remove((None, RDF.type, URIRef("http://www.w3.org/ns/dcat#Protocol")))
    assert "DataService-protocol" in findings(data, corpus / "mesh" / "dprod/dprod-shapes.ttl")


@pytest.mark.parametrize(
    ("subject", "predicate"),
    [
        ("catalog", DCTERMS.title),
        ("catalog", DCTERMS.publisher),
        ("team/orders", FOAF.name),
        ("dataset/postgres%3A%2F%2Fshop/mart.orders", DCTERMS.description),
        ("distribution/dataset/postgres%3A%2F%2Fshop/mart.orders", DCAT.accessURL),
        ("output-port/orders/sql", DCAT.endpointURL),
        ("term/order", SKOS.prefLabel),
        ("scheme/GlossaryTerm", DCTERMS.title),
    ],
)
@pytest.mark.parametrize("profile", SHAPES)
def test_missing_value__is_found_by_dcat_ap(
    corpus: Path, profile: Profile, subject: str, predicate: URIRef
) -> None:
    data = graph(exported(profile, described))
    assert (URIRef(BASE + subject), predicate, None) in data
    data.remove((URIRef(BASE + subject), predicate, None))
    assert findings(data, corpus / "mesh" / DCAT_AP[0])


@pytest.mark.parametrize(
    "subject",
    [
        *("team/orders", "contact/team/orders", "term/order", "schema/orders/1"),
        *("distribution/dataset/postgres%3A%2F%2Fshop/mart.orders", "dataset/s3%3A%2F%2Fshop/orders"),
        *("output-port/orders/sql", "access-rights/restricted", "format/Parquet"),
    ],
)
@pytest.mark.parametrize("profile", SHAPES)
def test_missing_class__is_found_by_the_ranges_of_dcat_ap(
    corpus: Path, profile: Profile, subject: str
) -> None:
    data = graph(exported(profile, described))
    assert (URIRef(BASE + subject), RDF.type, None) in data
    data.remove((URIRef(BASE + subject), RDF.type, None))
    assert findings(data, corpus / "mesh" / DCAT_AP[1])


def test_product__is_told_in_the_words_of_dprod() -> None:
    data = graph(exported(Profile.DPROD_2026, described))
    dprod = Namespace(str(dprod_namespace(Profile.DPROD_2026)))
    orders, accounts = URIRef(f"{BASE}product/orders"), URIRef(f"{BASE}product/accounts")

    def of(product: URIRef, name: str) -> set[str]:
        return {str(value).removeprefix(BASE) for value in data.objects(product, dprod[name])}

    assert of(orders, "dataProductOwner") == {"team/orders"}
    assert of(orders, "domain") == {"domain/sales-eu"}
    assert of(orders, "outputPort") == {"output-port/orders/sql", "management-port/orders/health"}
    assert of(orders, "outputDataset") == {"dataset/postgres%3A%2F%2Fshop/mart.orders"}
    assert of(orders, "purpose") == {"Analysis of sales"}
    assert of(orders, "lifecycleStatus") == {f"{dprod}data/lifecycle-status/Consume"}
    assert of(accounts, "inputPort") == {"output-port/orders/sql", "input-port/accounts/rates"}
    assert of(accounts, "inputDataset") == {"dataset/postgres%3A%2F%2Fshop/mart.orders"}
    assert (accounts, URIRef("http://www.w3.org/2002/07/owl#deprecated"), Literal(True)) in data
    assert (URIRef(f"{BASE}input-port/accounts/orders"), None, None) not in data


def test_dataset__has_one_distribution_with_the_ports_that_serve_it() -> None:
    data = graph(exported(Profile.DCAT_AP, described))
    dataset = URIRef(f"{BASE}dataset/postgres%3A%2F%2Fshop/mart.orders")
    distribution = URIRef(f"{BASE}distribution/dataset/postgres%3A%2F%2Fshop/mart.orders")
    assert list(data.objects(dataset, DCAT.distribution)) == [distribution]
    assert list(data.objects(distribution, DCAT.accessURL)) == [URIRef("postgres://db.example.org:5432/shop")]
    assert list(data.objects(distribution, DCAT.accessService)) == [URIRef(f"{BASE}output-port/orders/sql")]
    assert list(data.objects(dataset, DCTERMS.publisher)) == [URIRef(f"{BASE}team/orders")]
    raw = URIRef(f"{BASE}dataset/postgres%3A%2F%2Fshop/raw.orders")
    assert list(data.objects(raw, DCTERMS.publisher)) == [URIRef(f"{BASE}team/orders")]
    assert list(data.objects(raw, DCTERMS.description)) == [
        Literal("The dataset raw.orders of postgres://shop.")
    ]
    card = URIRef(f"{BASE}contact/team/orders")
    assert list(data.objects(dataset, DCAT.contactPoint)) == [card]
    email = URIRef("http://www.w3.org/2006/vcard/ns#hasEmail")
    assert list(data.objects(card, email)) == [URIRef("mailto:orders@example.org")]
    assert list(data.objects(URIRef(f"{BASE}contact/team/finance"), email)) == []


@pytest.mark.parametrize("profile", SHAPES)
def test_each_node_that_is_pointed_to__is_told(profile: Profile) -> None:
    for mesh in (described, only_keys, demo_mesh, offered):
        data = graph(exported(profile, mesh))
        pointed = {o for o in data.objects() if isinstance(o, URIRef) and o.startswith(BASE)}
        # The address of a dataset or port that has no other is its own page.
        assert pointed <= set(data.subjects())


def ours(mesh: Mesh) -> set[tuple[str, str, str]]:
    """What our own shapes find in profile mesh: (focus, property, value), without the base and our namespace."""
    ontology = (
        files("ontology").joinpath(name).read_text(encoding="utf-8") for name in ("shapes.ttl", "mesh.ttl")
    )
    shapes, classes = map(graph, ontology)
    data = graph(exported(Profile.MESH, mesh))
    assert len(data) > 100
    _, report, _ = validate(data, shacl_graph=shapes, ont_graph=classes, inference="none")
    assert isinstance(report, Graph)
    return {
        (
            str(report.value(result, SH.focusNode)).removeprefix(BASE),
            str(report.value(result, SH.resultPath)).removeprefix(NS),
            str(report.value(result, SH.value)),
        )
        for result in report.subjects(RDF.type, SH.ValidationResult)
    }


def test_demo_with_products__conforms_to_our_own_shapes() -> None:
    assert ours(demo_mesh) == set()


def test_data_that_is_offered_and_not_described__conforms_to_our_own_shapes() -> None:
    assert ours(offered) == set()


def test_our_own_shapes__find_what_is_wrong_with_a_mesh_and_nothing_else() -> None:
    assert ours(described) == {
        ("output-port/accounts/tables", "endpoint", "no address"),
        ("team/finance", "email", "no address"),
    }
