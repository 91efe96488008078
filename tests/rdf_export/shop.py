"""A small mesh as people describe it: two data products in two domains, one of which takes from the other."""

from catalog.graph import Edge, Node, Property, Scalar
from catalog.identity import DatasetId, JobId

RAW, MART = DatasetId("postgres://shop", "raw.orders"), DatasetId("postgres://shop", "mart.orders")
REVENUE = DatasetId("snowflake://acme", "finance.revenue")
STRAY = DatasetId("postgres://shop", "tmp.stray")
LOAD, BOOK = JobId("airflow", "load_orders"), JobId("airflow", "book_revenue")
ORDERS, ACCOUNTS = "product/orders", "product/accounts"
SQL, TABLES, INTAKE = "output-port/orders/sql", "output-port/accounts/tables", "input-port/accounts/orders"
ENDPOINT = "postgres://db.example.org:5432/shop"

_NODES: tuple[tuple[str, str, dict[str, Property]], ...] = (
    ("domain/sales", "Domain", {"name": "Sales", "notation": "SAL"}),
    ("domain/sales-eu", "Domain", {"name": "Sales Europe"}),
    ("domain/finance", "Domain", {"name": "Finance"}),
    ("team/orders", "Team", {"name": "Orders team", "email": "orders@example.org"}),
    ("team/finance", "Team", {"name": "Finance team", "email": "no address"}),
    ("person/ada", "Person", {"name": "Ada"}),
    (
        ORDERS,
        "DataProduct",
        {
            "name": "Orders",
            "description": "All orders of the shop.",
            "lifecycle": "active",
            "purpose": "Analysis of sales",
            "version": "2.1.0",
            "tags": ["orders", "shop"],
            "homepage": "https://example.org/orders",
        },
    ),
    (ACCOUNTS, "DataProduct", {"name": "Accounts", "lifecycle": "deprecated"}),
    (
        SQL,
        "OutputPort",
        {
            "name": "SQL",
            "endpoint": ENDPOINT,
            "protocol": "SQL",
            "schemaFormat": "Parquet",
            "visibility": "restricted",
            "license": "https://creativecommons.org/licenses/by/4.0/",
        },
    ),
    (TABLES, "OutputPort", {"name": "Tables", "endpoint": "no address"}),
    (INTAKE, "InputPort", {"name": "Orders in"}),
    ("input-port/accounts/rates", "InputPort", {"name": "Rates in"}),
    ("management-port/orders/health", "ManagementPort", {"name": "Health"}),
    ("contract/orders", "DataContract", {"name": "Orders contract", "status": "active"}),
    (
        "contract-version/orders/1.0.0",
        "ContractVersion",
        {"name": "Orders contract 1.0.0", "version": "1.0.0"},
    ),
    (
        "contract-version/orders/0.9.0",
        "ContractVersion",
        {"name": "Orders contract 0.9.0", "version": "0.9.0"},
    ),
    ("slo/orders/fresh", "ServiceLevelObjective", {"name": "Fresh", "operator": "lteq", "threshold": "4"}),
    ("metric/age", "Metric", {"name": "Age", "unit": "hours"}),
    ("quality-dimension/freshness", "QualityDimension", {"name": "Freshness"}),
    ("schema/orders/1", "Schema", {"name": "Orders", "version": "1"}),
    ("usage-policy/orders", "UsagePolicy", {"name": "For analysis", "permits": ["read", "use"]}),
    ("agreement/accounts", "AccessAgreement", {"name": "Accounts may read orders", "status": "approved"}),
    ("classification/confidential", "Classification", {"name": "Confidential", "level": 3}),
    ("personal-data/email", "PersonalDataCategory", {"name": "E-mail address"}),
    ("term/order", "GlossaryTerm", {"name": "Order", "synonyms": ["purchase"]}),
    ("term/deal", "GlossaryTerm", {"name": "Deal"}),
    ("platform/postgres", "Platform", {"name": "PostgreSQL"}),
    ("measurement/1", "QualityMeasurement", {"name": "Age of mart.orders", "value": "3.5"}),
    ("document/orders", "Document", {"name": "orders.ttl", "source": "orders.ttl"}),
    ("run/1", "Run", {"name": "1", "state": "COMPLETE", "startedAt": "2024-05-01T10:00:00Z"}),
    (MART.namespace_key, "Namespace", {"name": MART.namespace, "of": "dataset"}),
    (DatasetId("s3://shop", "orders").key, "Alias", {"namespace": "s3://shop", "name": "orders"}),
)
_EDGES: tuple[tuple[str, str, str, dict[str, Scalar]], ...] = (
    ("PART_OF", "domain/sales-eu", "domain/sales", {}),
    ("IN_DOMAIN", ORDERS, "domain/sales-eu", {}),
    ("IN_DOMAIN", ACCOUNTS, "domain/finance", {}),
    ("OWNED_BY", ORDERS, "team/orders", {}),
    ("OWNED_BY", ACCOUNTS, "team/finance", {}),
    ("MEMBER_OF", "person/ada", "team/orders", {"since": "2024-01-01T00:00:00Z"}),
    ("HAS_ROLE", "person/ada", ORDERS, {"role": "steward"}),
    ("HAS_OUTPUT_PORT", ORDERS, SQL, {}),
    ("HAS_MANAGEMENT_PORT", ORDERS, "management-port/orders/health", {}),
    ("HAS_OUTPUT_PORT", ACCOUNTS, TABLES, {}),
    ("HAS_INPUT_PORT", ACCOUNTS, INTAKE, {}),
    ("HAS_INPUT_PORT", ACCOUNTS, "input-port/accounts/rates", {}),
    ("RECEIVES", INTAKE, SQL, {}),
    ("SERVES", SQL, MART.key, {}),
    ("SERVES", TABLES, REVENUE.key, {}),
    ("EXPOSES", ORDERS, MART.key, {}),
    ("CONTAINS", ORDERS, RAW.key, {}),
    ("CONTAINS", ORDERS, LOAD.key, {}),
    ("GOVERNED_BY", SQL, "contract-version/orders/1.0.0", {}),
    ("VERSION_OF", "contract-version/orders/1.0.0", "contract/orders", {}),
    ("VERSION_OF", "contract-version/orders/0.9.0", "contract/orders", {}),
    ("HAS_SLO", "contract-version/orders/1.0.0", "slo/orders/fresh", {}),
    ("ON_METRIC", "slo/orders/fresh", "metric/age", {}),
    ("IN_DIMENSION", "metric/age", "quality-dimension/freshness", {}),
    ("HAS_SCHEMA", MART.key, "schema/orders/1", {}),
    ("HAS_POLICY", SQL, "usage-policy/orders", {}),
    ("COVERS", "agreement/accounts", SQL, {}),
    ("GRANTED_TO", "agreement/accounts", ACCOUNTS, {}),
    ("CLASSIFIED_AS", MART.key, "classification/confidential", {"source": "scanner", "confidence": "0.9"}),
    ("CLASSIFIED_AS", RAW.field("email").key, "personal-data/email", {}),
    ("MEANS", MART.field("id").key, "term/order", {}),
    ("THEME", MART.key, "term/order", {}),
    ("BROADER", "term/order", "term/deal", {}),
    ("ON_PLATFORM", MART.namespace_key, "platform/postgres", {}),
    ("MEASURES", "measurement/1", MART.key, {}),
    ("OF_METRIC", "measurement/1", "metric/age", {}),
    ("DESCRIBES", "document/orders", ORDERS, {}),
    ("OF_JOB", "run/1", LOAD.key, {}),
    ("ALIAS_OF", DatasetId("s3://shop", "orders").key, MART.key, {"aliasType": "LOCATION"}),
    ("CONSUMED_BY", RAW.key, LOAD.key, {}),
    ("PRODUCES", LOAD.key, MART.key, {}),
    ("CONSUMED_BY", MART.key, BOOK.key, {}),
    ("PRODUCES", BOOK.key, REVENUE.key, {}),
    ("FEEDS", RAW.field("email").key, MART.field("id").key, {"subtype": "TRANSFORMATION", "masking": True}),
    ("FEEDS", MART.field("id").key, REVENUE.field("total").key, {"subtype": "AGGREGATION"}),
)


def shop() -> tuple[list[Node], list[Edge]]:
    """The nodes and edges of the mesh."""
    nodes = [Node(key, label, properties) for key, label, properties in _NODES]
    edges = [Edge(type_, s, t, s, "DECLARED", tuple(sorted(p.items()))) for type_, s, t, p in _EDGES]
    for dataset, paths in ((RAW, ["email"]), (MART, ["id"]), (REVENUE, ["total"]), (STRAY, ["x"])):
        names: dict[str, Property] = {"namespace": dataset.namespace, "name": dataset.name}
        nodes.append(Node(dataset.key, "Dataset", names))
        for path in paths:
            field = dataset.field(path).key
            nodes.append(Node(field, "Field", {"name": path, "dataset": dataset.key, "type": "text"}))
            edges.append(Edge("HAS_FIELD", dataset.key, field, dataset.key, "OBSERVED", (("type", "text"),)))
        if dataset.namespace == MART.namespace:
            edges.append(Edge("IN_NAMESPACE", dataset.key, MART.namespace_key, dataset.key, "OBSERVED"))
    for job in (LOAD, BOOK):
        nodes.append(Node(job.key, "Job", {"namespace": job.namespace, "name": job.name}))
    return nodes, edges


def mended() -> tuple[list[Node], list[Edge]]:
    """The same without the two values that our shapes forbid."""
    nodes, edges = shop()
    wrong = ("endpoint", "email")
    return [
        Node(n.key, n.label, {k: v for k, v in n.properties.items() if k not in wrong or v != "no address"})
        for n in nodes
    ], edges
