"""What belongs to a product and to a domain."""

import pytest
from pyoxigraph import NamedNode, RdfFormat, parse

from catalog.errors import InvalidQuery, UnknownNode
from catalog.graph import Edge, Node
from catalog.rdf.export import rdf, rdf_pages
from catalog.rdf.profile import Profile
from catalog.rdf.qualified import is_made
from catalog.rdf.selection import Selection, named_node, select
from catalog.store.port import Store
from ontology.compiler import load_model
from ontology.rdf import RDF, Iri
from ontology.rdf_writing import Form
from ontology.vocabulary import Label
from tests.rdf_export.meshes import BASE, everything, stored
from tests.rdf_export.shop import (
    ACCOUNTS,
    BOOK,
    INTAKE,
    LOAD,
    MART,
    ORDERS,
    RAW,
    REVENUE,
    SQL,
    STRAY,
    TABLES,
    shop,
)

OF_ORDERS = {
    *(ORDERS, SQL, MART.key, RAW.key, LOAD.key, "management-port/orders/health"),
    *("contract/orders", "contract-version/orders/1.0.0", "contract-version/orders/0.9.0"),
    *("slo/orders/fresh", "metric/age", "quality-dimension/freshness", "schema/orders/1"),
    *("usage-policy/orders", "agreement/accounts", "measurement/1"),
}
NAMED_BY_ORDERS = {
    *("domain/sales-eu", "domain/sales", "team/orders", "person/ada", ACCOUNTS, "personal-data/email"),
    *("classification/confidential", "term/order", "term/deal", MART.namespace_key, "platform/postgres"),
    "dataset/s3%3A%2F%2Fshop/orders",
}


@pytest.fixture(scope="module")
def store() -> Store:
    return stored(*shop())


def selected(store: Store, label: Label, name: str) -> Selection:
    with store.read() as reader:
        return select(reader, named_node(reader, label, name, BASE))


def written(
    store: Store, selection: Selection, profile: Profile = Profile.MESH
) -> set[tuple[str, str, object]]:
    with store.read() as reader:
        return {triple for page in rdf_pages(reader, profile, BASE, selection) for triple in page}


def test_product__has_its_parts_and_names_what_is_around_it(store: Store) -> None:
    found = selected(store, Label.DATA_PRODUCT, "Orders")
    assert found.parts == OF_ORDERS
    assert found.named - found.parts == NAMED_BY_ORDERS


def test_product_that_takes_from_another__names_its_port_and_what_that_serves(store: Store) -> None:
    found = selected(store, Label.DATA_PRODUCT, ACCOUNTS)
    assert found.parts == {
        *(ACCOUNTS, INTAKE, TABLES, REVENUE.key, BOOK.key, "input-port/accounts/rates"),
    }
    assert found.named == {"domain/finance", "team/finance", SQL, MART.key}


def test_domain__has_its_subdomains_with_all_that_is_in_them(store: Store) -> None:
    found = selected(store, Label.DOMAIN, "Sales")
    assert found.parts == {*OF_ORDERS, "domain/sales", "domain/sales-eu"}
    assert STRAY.key not in found.named


@pytest.mark.parametrize("name", ["product/orders", f"{BASE}product/orders", "Orders"])
def test_thing__is_found_by_key_iri_and_name(store: Store, name: str) -> None:
    with store.read() as reader:
        assert named_node(reader, Label.DATA_PRODUCT, name, BASE).key == ORDERS


def test_name_that_nothing_or_several_have__is_refused_with_what_to_do(store: Store) -> None:
    twice = stored([Node(f"domain/{n}", "Domain", {"name": "Sales"}) for n in range(2)])
    with store.read() as reader, pytest.raises(UnknownNode, match="no DataProduct 'Sales'"):
        named_node(reader, Label.DATA_PRODUCT, "Sales", BASE)
    with store.read() as reader, pytest.raises(UnknownNode, match="meshline search"):
        named_node(reader, Label.DATA_PRODUCT, "domain/sales", BASE)
    with twice.read() as reader, pytest.raises(InvalidQuery, match="domain/0, domain/1"):
        named_node(reader, Label.DOMAIN, "Sales", BASE)


def test_export_of_a_product__has_its_fields_and_no_edge_that_leads_out(store: Store) -> None:
    found = selected(store, Label.DATA_PRODUCT, ORDERS)
    triples = written(store, found)
    fields = {RAW.field("email").key, MART.field("id").key}
    keys = {*found.parts, *found.named, *fields}
    assert {s.removeprefix(BASE) for s, _, _ in triples if not is_made(s, BASE)} == keys
    relations = {kind.iri for kind in load_model().relationships}
    assert {v for _, p, v in triples if p in relations} <= {BASE + key for key in keys}
    ends = {v for _, p, v in triples if p in (f"{RDF}subject", f"{RDF}object")}
    assert BASE + RAW.field("email").key in ends
    assert BASE + REVENUE.field("total").key not in ends


def test_export_of_a_product__tells_of_its_nodes_what_the_whole_export_tells(store: Store) -> None:
    found = selected(store, Label.DATA_PRODUCT, ORDERS)
    assert written(store, found) < written(store, Selection({n.key for n in shop()[0]}))
    with store.read() as reader:
        whole = {triple for page in rdf_pages(reader, Profile.MESH, BASE) for triple in page}
    assert written(store, Selection({n.key for n in shop()[0]})) == whole


@pytest.mark.parametrize("profile", [profile for profile in Profile if profile is not Profile.MESH])
def test_export_of_a_product__points_to_nothing_of_ours_that_it_does_not_tell(
    store: Store, profile: Profile
) -> None:
    triples = written(store, selected(store, Label.DATA_PRODUCT, ACCOUNTS), profile)
    told = {s for s, _, _ in triples}
    assert {v for _, _, v in triples if isinstance(v, Iri) and v.startswith(BASE)} <= told
    assert BASE + RAW.key not in told
    assert BASE + MART.key in told


def test_things_that_lead_round_in_circles__are_selected_once() -> None:
    nodes = [Node(f"domain/{n}", "Domain", {"name": str(n)}) for n in range(3)]
    edges = [
        Edge("PART_OF", f"domain/{n}", f"domain/{(n + 1) % 3}", "domain/0", "DECLARED") for n in range(3)
    ]
    assert selected(stored(nodes, edges), Label.DOMAIN, "1").parts == {node.key for node in nodes}


def test_product_that_reaches_everything__is_written_in_each_form() -> None:
    store = stored(*everything())
    found = selected(store, Label.DATA_PRODUCT, "product/dataproduct/a%2Fb")
    with store.read() as reader:
        turtle = "".join(rdf(reader, Form.TURTLE, Profile.MESH, BASE, found))
    subjects = {quad.subject for quad in parse(turtle, format=RdfFormat.TURTLE)}
    assert NamedNode(f"{BASE}product/dataproduct/a%2Fb") in subjects
    assert NamedNode(f"{BASE}run/run/a%2Fb") not in subjects


def test_exports__are_the_same_text_from_each_store(empty: Store) -> None:
    nodes, edges = shop()
    others = stored(nodes[::-1], edges[::-1]), stored(nodes, edges, empty)
    found = []
    for store in others:
        selection = selected(store, Label.DATA_PRODUCT, "Orders")
        with store.read() as reader:
            found.append("".join(rdf(reader, Form.TURTLE, Profile.DPROD_2026, BASE, selection)))
    assert found[0] == found[1]
    assert found[0].count("\n") > 50
