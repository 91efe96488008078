"""The orders domain: what the web shop exported becomes order items, customers and orders.

The web shop renames a column and adds another before day 3, so two tasks have two versions.
"""

from api.demo.model import Assertion, Dataset, Task, edges

LANDING = "landing/raw_orders.csv"
RENAME_DAY = 3
"""The day on which the export says ``customer_id`` instead of ``cust`` and brings ``channel``."""

_RAW = {
    "order_id": "Number of the order, counted up by the web shop",
    "line_no": "Position within the order",
    "cust": "Number of the customer",
    "customer_id": "Number of the customer (was cust)",
    "channel": "Where the order was placed: web, app or phone",
    "email": "E-mail address typed in at the checkout",
    "country": "Country code of the delivery address, lower case",
    "sku": "Article number",
    "quantity": "Pieces ordered",
    "unit_price": "Price of one piece in EUR",
    "ordered_at": "When the order was placed, UTC",
    "status": "paid, open or cancelled",
}

DATASETS = (
    Dataset(
        LANDING, "orders", "Nightly export of the web shop, one line per ordered article", _RAW, ("email",)
    ),
    Dataset("orders.raw_orders", "orders", "The export of the web shop as it came", _RAW, ("email",)),
    Dataset(
        "orders.order_items",
        "orders",
        "Ordered articles without cancelled orders",
        {"line_amount": "Quantity times unit price in EUR", "sku": "Article number"},
    ),
    Dataset(
        "orders.customers",
        "orders",
        "Every customer with the latest e-mail address and country",
        {"email": "E-mail address; personal data", "country": "Country code, upper case"},
        ("email",),
    ),
    Dataset(
        "orders.orders",
        "orders",
        "One row per order with its total",
        {
            "total_amount": "Sum of the line amounts in EUR",
            "email_domain": "Part of the e-mail address behind the @",
        },
        file_alias="warehouse/orders.parquet",
    ),
)


def tasks(day: int) -> tuple[Task, ...]:
    """The tasks of the domain as they were on a day (1, 2 or 3), in the order they run."""
    renamed = day >= RENAME_DAY
    customer = "customer_id" if renamed else "cust"
    return (
        _land_raw_orders(customer, renamed),
        _build_order_items(customer, renamed),
        _build_customers(customer),
        _build_orders(renamed),
        CHECK_ORDERS,
    )


def _land_raw_orders(customer: str, renamed: bool) -> Task:
    columns = [
        "order_id",
        "line_no",
        customer,
        "email",
        "country",
        "sku",
        "quantity",
        "unit_price",
        "ordered_at",
        "status",
    ]
    columns += ["channel"] if renamed else []
    return Task(
        "orders",
        "land_raw_orders",
        "Loads the nightly export of the web shop",
        """
CREATE OR REPLACE TABLE orders.raw_orders AS
SELECT * FROM read_csv('${SHOP}/landing/raw_orders.csv')
""",
        (LANDING,),
        "orders.raw_orders",
        edges("\n".join(f"{column} <- {LANDING}.{column} IDENTITY" for column in columns)),
    )


def _build_order_items(customer: str, renamed: bool) -> Task:
    return Task(
        "orders",
        "build_order_items",
        "Drops cancelled orders and computes the amount of each line",
        f"""
CREATE OR REPLACE TABLE orders.order_items AS
SELECT
  order_id,
  {"customer_id" if renamed else "cust AS customer_id"},
  ordered_at,
  sku,
  quantity,
  CAST(quantity * unit_price AS DECIMAL(12, 2)) AS line_amount{", channel" if renamed else ""}
FROM orders.raw_orders
WHERE status <> 'cancelled'
""",
        ("orders.raw_orders",),
        "orders.order_items",
        edges(f"""
order_id    <- orders.raw_orders.order_id   IDENTITY
customer_id <- orders.raw_orders.{customer} IDENTITY
ordered_at  <- orders.raw_orders.ordered_at IDENTITY
sku         <- orders.raw_orders.sku        IDENTITY
quantity    <- orders.raw_orders.quantity   IDENTITY
line_amount <- orders.raw_orders.quantity   TRANSFORMATION
line_amount <- orders.raw_orders.unit_price TRANSFORMATION
{"channel   <- orders.raw_orders.channel    IDENTITY" if renamed else ""}
*           <- orders.raw_orders.status     FILTER
"""),
    )


def _build_customers(customer: str) -> Task:
    return Task(
        "orders",
        "build_customers",
        "Keeps the e-mail address and country of each customer's latest order",
        f"""
CREATE OR REPLACE TABLE orders.customers AS
SELECT {customer} AS customer_id, email, upper(country) AS country
FROM orders.raw_orders
QUALIFY row_number() OVER (PARTITION BY {customer} ORDER BY order_id DESC) = 1
""",
        ("orders.raw_orders",),
        "orders.customers",
        edges(f"""
customer_id <- orders.raw_orders.{customer} IDENTITY
email       <- orders.raw_orders.email      IDENTITY
country     <- orders.raw_orders.country    TRANSFORMATION
*           <- orders.raw_orders.{customer} WINDOW
*           <- orders.raw_orders.order_id   WINDOW
"""),
    )


def _build_orders(renamed: bool) -> Task:
    channel = ", channel" if renamed else ""
    return Task(
        "orders",
        "build_orders",
        "Sums the items of each order and stores the table as a Parquet file too",
        f"""
CREATE OR REPLACE TABLE orders.orders AS
WITH totals AS (
  SELECT
    order_id, customer_id, ordered_at{channel},
    sum(line_amount) AS total_amount,
    CAST(sum(quantity) AS BIGINT) AS item_count
  FROM orders.order_items
  GROUP BY order_id, customer_id, ordered_at{channel}
)
SELECT
  t.order_id,
  t.customer_id,
  t.ordered_at,
  split_part(c.email, '@', 2) AS email_domain,
  t.total_amount,
  t.item_count{", t.channel" if renamed else ""}
FROM totals AS t
LEFT JOIN orders.customers AS c ON c.customer_id = t.customer_id;
COPY orders.orders TO '${{SHOP}}/warehouse/orders.parquet'
""",
        ("orders.order_items", "orders.customers"),
        "orders.orders",
        edges(f"""
order_id     <- orders.order_items.order_id    IDENTITY
customer_id  <- orders.order_items.customer_id IDENTITY
ordered_at   <- orders.order_items.ordered_at  IDENTITY
email_domain <- orders.customers.email         TRANSFORMATION
total_amount <- orders.order_items.line_amount AGGREGATION
item_count   <- orders.order_items.quantity    AGGREGATION
{"channel    <- orders.order_items.channel     IDENTITY" if renamed else ""}
*            <- orders.order_items.order_id    GROUP_BY
*            <- orders.order_items.customer_id GROUP_BY
*            <- orders.order_items.ordered_at  GROUP_BY
{"*          <- orders.order_items.channel     GROUP_BY" if renamed else ""}
*            <- orders.order_items.customer_id JOIN
*            <- orders.customers.customer_id   JOIN
"""),
    )


CHECK_ORDERS = Task(
    "orders",
    "check_orders",
    "Checks the orders before other domains read them",
    "SELECT count(*) FROM orders.orders",
    ("orders.orders",),
    None,
    assertions=(
        Assertion(
            "order_id_unique",
            "order_id",
            "SELECT count(*) - count(DISTINCT order_id) FROM orders.orders",
        ),
        Assertion(
            "total_amount_positive",
            "total_amount",
            "SELECT count(*) FROM orders.orders WHERE total_amount <= 0",
        ),
        Assertion(
            "email_domain_known",
            "email_domain",
            "SELECT count(*) FROM orders.orders WHERE email_domain IS NULL",
            "warn",
        ),
    ),
)
