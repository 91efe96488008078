"""A small mesh in documents, beside the shop: domains, products with ports, a contract in three versions, people."""

from catalog.identity import ResourceId
from catalog.statement import Described
from tests.api.graphql.described import edge, stub, thing

ORDERS, REPORTS = "product/orders", "product/reports"
SALES, EUROPE, FINANCE = "domain/sales", "domain/sales-eu", "domain/finance"
TEAM, GUILD, ANNA = "team/orders", "team/guild", "person/anna%40example.com"
OUT, IN, ADMIN = "output-port/orders/clean", "input-port/reports/orders", "management-port/orders/logs"
CONTRACT = "contract/orders"
SCHEMA = "schema/orders/1.10.0/clean"
CLEAN, REPORT = "dataset/db/clean", "dataset/db/report"
EMAIL = "personal-data/email"
SERVER, SLO, RULE = (
    "server/orders/1.10.0/main",
    "slo/orders/1.10.0/latency",
    "quality-rule/orders/1.10.0/clean/1",
)
AGREEMENT, DASHBOARD, SHOP = "agreement/reports-orders", "exposure/bi/board", "system/shop"


def version(number: str) -> str:
    return ResourceId("contract-version", ("orders", number)).key


def field(path: str) -> str:
    return ResourceId("schema-property", ("orders", "1.10.0", "clean", path)).key


def mesh() -> list[Described]:
    """All of it, as one document tells it."""
    return [*_people(), *_products(), *_ports(), *_contracts(), *_around()]


def _people() -> list[Described]:
    return [
        thing(SALES, "Domain", edge("OWNED_BY", SALES, ANNA), name="Sales", notation="S"),
        thing(EUROPE, "Domain", edge("PART_OF", EUROPE, SALES), name="Sales in Europe"),
        thing(FINANCE, "Domain", name="Finance"),
        thing(
            *(TEAM, "Team", edge("IN_DOMAIN", TEAM, EUROPE), edge("PART_OF", TEAM, GUILD)),
            name="Team Orders",
            email="orders@example.com",
        ),
        thing(GUILD, "Team", name="Guild"),
        thing(
            *(ANNA, "Person"),
            edge("MEMBER_OF", ANNA, TEAM, role="lead", since="2024-01-01"),
            edge("HAS_ROLE", ANNA, ORDERS, role="steward", since="2025-01-01", until="2027-01-01"),
            name="Anna",
            email="anna@example.com",
        ),
    ]


def _products() -> list[Described]:
    return [
        thing(
            *(ORDERS, "DataProduct"),
            edge("IN_DOMAIN", ORDERS, EUROPE),
            edge("OWNED_BY", ORDERS, TEAM),
            edge("EXPOSES", ORDERS, CLEAN),
            edge("HAS_OUTPUT_PORT", ORDERS, OUT),
            edge("HAS_MANAGEMENT_PORT", ORDERS, ADMIN),
            edge("CLASSIFIED_AS", ORDERS, EMAIL, derived=True),
            edge("THEME", ORDERS, "term/order"),
            name="Orders",
            description="All orders",
            lifecycle="active",
            purpose="To know what was sold",
            tags=["gold", "sales"],
            support=["#orders"],
        ),
        thing(
            *(REPORTS, "DataProduct"),
            edge("IN_DOMAIN", REPORTS, FINANCE),
            edge("HAS_INPUT_PORT", REPORTS, IN),
            edge("EXPOSES", REPORTS, REPORT),
            name="Reports",
            lifecycle="draft",
        ),
    ]


def _ports() -> list[Described]:
    return [
        thing(
            *(OUT, "OutputPort"),
            edge("SERVES", OUT, CLEAN),
            edge("OFFERS", OUT, SCHEMA),
            edge("GOVERNED_BY", OUT, version("1.10.0")),
            edge("HAS_SERVER", OUT, SERVER),
            name="clean",
            protocol="SQL",
            endpoint="postgres://db.example:5432/db",
            visibility="restricted",
        ),
        thing(IN, "InputPort", edge("RECEIVES", IN, OUT), name="orders"),
        thing(ADMIN, "ManagementPort", name="logs"),
        thing(
            *(SERVER, "Server", edge("IN_ENVIRONMENT", SERVER, "environment/prod")),
            name="main",
            platform="postgres",
            host="db.example",
            portNumber=5432,
        ),
        thing("environment/prod", "Environment", name="prod"),
        stub(CLEAN, "Dataset", namespace="db", name="clean"),
        stub(REPORT, "Dataset", namespace="db", name="report"),
    ]


def _contracts() -> list[Described]:
    statuses = {"1.2.0": "deprecated", "1.10.0": "active", "2.0.0-rc.1": "draft"}
    versions = [
        thing(
            *(version(number), "ContractVersion", edge("VERSION_OF", version(number), CONTRACT)),
            *(
                [edge("HAS_SCHEMA", version(number), SCHEMA), edge("HAS_SLO", version(number), SLO)]
                if status == "active"
                else []
            ),
            name=f"orders {number}",
            version=number,
            status=status,
        )
        for number, status in statuses.items()
    ]
    return [
        *versions,
        thing(
            CONTRACT,
            "DataContract",
            edge("IN_DOMAIN", CONTRACT, EUROPE),
            name="Orders contract",
            status="active",
        ),
        thing(
            *(SCHEMA, "Schema"),
            edge("HAS_PROPERTY", SCHEMA, field("id"), ordinal=2),
            edge("HAS_PROPERTY", SCHEMA, field("email"), ordinal=1),
            edge("HAS_QUALITY_RULE", SCHEMA, RULE),
            edge("BOUND_TO", SCHEMA, CLEAN, rule="server", confidence="1.0"),
            name="clean",
            physicalName="public.clean",
        ),
        thing(field("id"), "SchemaProperty", name="id", type="integer", required=True, primaryKey=True),
        thing(
            *(field("email"), "SchemaProperty", edge("CLASSIFIED_AS", field("email"), EMAIL)),
            name="email",
            type="string",
            description="Where to write to",
        ),
        thing(SLO, "ServiceLevelObjective", name="latency", operator="lteq", threshold="4", unit="h"),
        thing(RULE, "QualityRule", name="no nulls", metricName="nullValues", operator="eq", threshold="0"),
    ]


def _around() -> list[Described]:
    return [
        thing(EMAIL, "PersonalDataCategory", name="e-mail address", level=3),
        thing("term/order", "GlossaryTerm", name="Order", description="What a customer buys"),
        thing(
            *(AGREEMENT, "AccessAgreement"),
            edge("COVERS", AGREEMENT, OUT),
            edge("GRANTED_TO", AGREEMENT, REPORTS),
            name="Reports read orders",
            status="approved",
            purpose="Monthly report",
            validUntil="2027-01-01T00:00:00Z",
        ),
        thing(
            *(DASHBOARD, "Exposure", edge("DEPENDS_ON", DASHBOARD, ORDERS)),
            name="Board",
            exposureType="dashboard",
        ),
        thing(SHOP, "System", edge("IN_DOMAIN", SHOP, SALES), name="Shop"),
        thing(
            "component/web",
            "Component",
            edge("PART_OF", "component/web", SHOP),
            name="Web",
            componentType="service",
        ),
    ]
