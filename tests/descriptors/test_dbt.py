"""The manifest of dbt: groups to products, what is read to input ports, exposures."""

from typing import Any

from tests.descriptors.dbt_manifests import groups, manifest, model
from tests.descriptors.saying import drafted, edges, told, unmapped
from tests.producers.emporium import recorded_manifest


def test_real_manifest__is_a_mesh_of_products_with_ports_and_contracts() -> None:
    found = drafted(recorded_manifest())

    assert not found.faults
    assert edges(
        found, "OWNED_BY", "IN_DOMAIN", "HAS_OUTPUT_PORT", "HAS_INPUT_PORT", "RECEIVES", "GOVERNED_BY"
    ) >= {
        ("OWNED_BY", "product/emporium.sales", "team/sales"),
        ("IN_DOMAIN", "product/emporium.sales", "domain/Sales"),
        ("OWNED_BY", "product/deliveries", "team/logistics"),
        ("IN_DOMAIN", "product/deliveries", "domain/Logistics"),
        ("HAS_OUTPUT_PORT", "product/emporium.sales", "output-port/emporium.sales/orders/1"),
        ("HAS_OUTPUT_PORT", "product/emporium.sales", "output-port/emporium.sales/orders/2"),
        (
            "GOVERNED_BY",
            "output-port/emporium.sales/orders/2",
            "contract-version/dbt/model.emporium.orders/2.0.0",
        ),
        ("HAS_OUTPUT_PORT", "product/deliveries", "output-port/deliveries/shipments"),
        ("HAS_INPUT_PORT", "product/deliveries", "input-port/deliveries/model.emporium.orders.v2"),
        ("RECEIVES", "input-port/deliveries/model.emporium.orders.v2", "output-port/emporium.sales/orders/2"),
        (
            "RECEIVES",
            "input-port/emporium.finance/model.emporium.shipments",
            "output-port/deliveries/shipments",
        ),
    }
    assert edges(found, "CONTAINS") == {
        ("CONTAINS", "product/deliveries", "schema/dbt/model.emporium.customers_served"),
        ("CONTAINS", "product/deliveries", "schema/dbt/model.emporium.orders_to_ship"),
        ("CONTAINS", "product/emporium.finance", "schema/dbt/model.emporium.old_orders"),
        ("CONTAINS", "product/emporium.finance", "schema/dbt/model.emporium.shipped_revenue"),
        ("CONTAINS", "product/emporium.sales", "schema/dbt/model.emporium.stg_customers"),
        ("CONTAINS", "product/emporium.sales", "schema/dbt/model.emporium.stg_orders"),
        ("CONTAINS", "product/emporium.sales", "schema/dbt/seed.emporium.raw_customers"),
        ("CONTAINS", "product/emporium.sales", "schema/dbt/seed.emporium.raw_orders"),
        ("CONTAINS", "product/emporium.sales", "schema/dbt/snapshot.emporium.customers_history"),
    }
    assert edges(found, "DEPENDS_ON") >= {
        ("DEPENDS_ON", "exposure/emporium/churn", "schema/dbt/model.emporium.customers"),
        ("DEPENDS_ON", "schema/dbt/model.emporium.revenue", "schema/dbt/source.emporium.erp.payments"),
        (
            "DEPENDS_ON",
            "input-port/emporium.finance/source.emporium.erp.payments",
            "schema/dbt/source.emporium.erp.payments",
        ),
    }


def test_product__is_the_group_unless_meta_names_another() -> None:
    nodes = [
        model("a", group="sales", access="public"),
        model("b", group="sales", config={"meta": {"data_product": "baskets", "domain": "Web"}}),
        model("c", group="web"),
        model("d"),
    ]
    found = drafted(
        manifest(*nodes, groups=groups(sales={}, web={"config": {"meta": {"data_product": "baskets"}}}))
    )
    assert edges(found, "OWNED_BY", "IN_DOMAIN", "CONTAINS", "HAS_OUTPUT_PORT", "HAS_ROLE") == {
        ("OWNED_BY", "product/shop.sales", "team/sales"),
        ("IN_DOMAIN", "product/shop.sales", "domain/shop"),
        ("HAS_OUTPUT_PORT", "product/shop.sales", "output-port/shop.sales/a"),
        ("OWNED_BY", "product/baskets", "team/web"),
        ("HAS_ROLE", "team/sales", "product/baskets"),
        ("IN_DOMAIN", "product/baskets", "domain/Web"),
        ("CONTAINS", "product/baskets", "schema/dbt/model.shop.b"),
        ("CONTAINS", "product/baskets", "schema/dbt/model.shop.c"),
        ("OWNED_BY", "schema/dbt/model.shop.a", "team/sales"),
        ("OWNED_BY", "schema/dbt/model.shop.b", "team/sales"),
        ("OWNED_BY", "schema/dbt/model.shop.c", "team/web"),
    }


def test_what_is_read_of_others__is_taken_at_an_input_port() -> None:
    nodes = [
        model("inner", group="sales"),
        model(
            "raw",
            group="web",
            depends_on={"nodes": ["model.shop.inner", "source.shop.erp.bills", "model.gone"]},
        ),
    ]
    source = {
        "resource_type": "source",
        "unique_id": "source.shop.erp.bills",
        "name": "bills",
        "package_name": "shop",
        "meta": {"data_product": "billing"},
    }
    found = drafted(
        manifest(*nodes, groups=groups(sales={}, web={}), sources={"source.shop.erp.bills": source})
    )
    assert edges(found, "HAS_INPUT_PORT", "RECEIVES") == {
        ("HAS_INPUT_PORT", "product/shop.web", "input-port/shop.web/model.shop.inner"),
        ("HAS_INPUT_PORT", "product/shop.web", "input-port/shop.web/source.shop.erp.bills"),
    }
    assert edges(found, "DEPENDS_ON") == {
        ("DEPENDS_ON", "schema/dbt/model.shop.raw", "schema/dbt/model.shop.inner"),
        ("DEPENDS_ON", "schema/dbt/model.shop.raw", "schema/dbt/source.shop.erp.bills"),
        ("DEPENDS_ON", "input-port/shop.web/model.shop.inner", "schema/dbt/model.shop.inner"),
        ("DEPENDS_ON", "input-port/shop.web/source.shop.erp.bills", "schema/dbt/source.shop.erp.bills"),
        ("DEPENDS_ON", "input-port/shop.web/source.shop.erp.bills", "product/billing"),
    }


def test_owner_of_an_exposure__is_the_team_with_the_address_or_else_a_person() -> None:
    def exposure(short: str, **owner: str) -> dict[str, Any]:
        return {"name": short, "package_name": "shop", "type": "dashboard", "url": "no page", "owner": owner}

    found = drafted(
        manifest(
            groups=groups(sales={"owner": {"name": "Sales", "email": "sales@example.org"}}),
            exposures={
                "exposure.shop.a": exposure("a", email="sales@example.org"),
                "exposure.shop.b": exposure("b", name="Ada", email="ada@example.org"),
                "exposure.shop.c": exposure("c", name="Ada L.", email="ada@example.org"),
                "exposure.shop.d": exposure("d", name="Sales"),
                "exposure.shop.e": exposure("e", name="Marketing"),
            },
        )
    )
    assert edges(found, "OWNED_BY") - {("OWNED_BY", "product/shop.sales", "team/sales")} == {
        ("OWNED_BY", "exposure/shop/a", "team/sales"),
        ("OWNED_BY", "exposure/shop/b", "person/ada%40example.org"),
        ("OWNED_BY", "exposure/shop/c", "person/ada%40example.org"),
        ("OWNED_BY", "exposure/shop/d", "team/sales"),
        ("OWNED_BY", "exposure/shop/e", "team/Marketing"),
    }
    assert not told(found)
    assert unmapped(found) == {f"exposures.exposure.shop.{name}.url" for name in "abcde"}


def test_meta_of_a_model__names_its_owner_terms_and_the_contract_that_it_keeps() -> None:
    meta = {"owner": "user:ada", "data_contract": "orders-1", "classification": "internal", "term": "Order"}
    node = model("orders", meta=meta, group="sales", access="public")
    found = drafted(manifest(node, groups=groups(sales={})))
    schema = "schema/dbt/model.shop.orders"
    assert edges(found, "HAS_ROLE", "GOVERNED_BY", "CLASSIFIED_AS", "THEME") == {
        ("HAS_ROLE", "person/ada", schema),
        ("GOVERNED_BY", "output-port/shop.sales/orders", "contract/orders-1"),
        ("CLASSIFIED_AS", schema, "classification/internal"),
        ("THEME", schema, "term/Order"),
    }
    assert not found.unmapped
