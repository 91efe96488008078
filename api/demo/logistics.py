"""The logistics domain: orders become shipments, carriers report when they arrived."""

from api.demo.model import Dataset, Task, edges

LANDING = "landing/carrier_scans.csv"
ORDERS_FILE = "warehouse/orders.parquet"
"""The orders as logistics reads them for its volume report: by path, an alias of orders.orders."""

DATASETS = (
    Dataset(LANDING, "logistics", "Arrivals as the carriers report them"),
    Dataset("logistics.carrier_scans", "logistics", "One arrival per shipment and depot"),
    Dataset(
        "logistics.shipments",
        "logistics",
        "One shipment per order",
        {
            "recipient_hash": "SHA-256 of the e-mail address: tells recipients apart without naming them",
            "insured_value": "Value of the goods in EUR",
            "service": "express above 200 EUR, else standard",
        },
    ),
    Dataset(
        "logistics.delivery_times",
        "logistics",
        "How long deliveries take by country and service",
        {"avg_hours": "Mean hours from shipping to arrival", "recipients": "Number of different recipients"},
    ),
    Dataset("logistics.daily_volume", "logistics", "Orders per day, for planning the shifts"),
    Dataset("logistics.demand_forecast", "logistics", "Planned: expected pieces per article and week"),
)

_TASKS = (
    Task(
        "logistics",
        "land_carrier_scans",
        "Loads the arrivals reported by the carriers",
        """
CREATE OR REPLACE TABLE logistics.carrier_scans AS
SELECT shipment_id, delivered_at, depot FROM read_csv('${SHOP}/landing/carrier_scans.csv')
""",
        (LANDING,),
        "logistics.carrier_scans",
        edges("""
shipment_id  <- landing/carrier_scans.csv.shipment_id  IDENTITY
delivered_at <- landing/carrier_scans.csv.delivered_at IDENTITY
depot        <- landing/carrier_scans.csv.depot        IDENTITY
"""),
    ),
    Task(
        "logistics",
        "plan_shipments",
        "Plans one shipment per order; the e-mail address is hashed here",
        """
CREATE OR REPLACE TABLE logistics.shipments AS
SELECT
  'S' || o.order_id AS shipment_id,
  o.order_id,
  sha256(lower(c.email)) AS recipient_hash,
  c.country,
  CASE WHEN o.total_amount > 200 THEN 'express' ELSE 'standard' END AS service,
  o.total_amount AS insured_value,
  o.ordered_at + INTERVAL 2 HOUR AS shipped_at
FROM orders.orders AS o
JOIN orders.customers AS c ON c.customer_id = o.customer_id
""",
        ("orders.orders", "orders.customers"),
        "logistics.shipments",
        edges("""
shipment_id    <- orders.orders.order_id        TRANSFORMATION
order_id       <- orders.orders.order_id        IDENTITY
recipient_hash <- orders.customers.email        TRANSFORMATION MASKED
country        <- orders.customers.country      IDENTITY
service        <- orders.orders.total_amount    CONDITIONAL
insured_value  <- orders.orders.total_amount    IDENTITY
shipped_at     <- orders.orders.ordered_at      TRANSFORMATION
*              <- orders.orders.customer_id     JOIN
*              <- orders.customers.customer_id  JOIN
"""),
    ),
    Task(
        "logistics",
        "measure_delivery_times",
        "Compares shipping with arrival",
        """
CREATE OR REPLACE TABLE logistics.delivery_times AS
SELECT
  s.country,
  s.service,
  avg(date_diff('hour', s.shipped_at, d.delivered_at)) AS avg_hours,
  count(DISTINCT s.recipient_hash) AS recipients,
  sum(s.insured_value) AS insured_value
FROM logistics.shipments AS s
JOIN logistics.carrier_scans AS d ON d.shipment_id = s.shipment_id
GROUP BY s.country, s.service
""",
        ("logistics.shipments", "logistics.carrier_scans"),
        "logistics.delivery_times",
        edges("""
country       <- logistics.shipments.country          IDENTITY
service       <- logistics.shipments.service          IDENTITY
avg_hours     <- logistics.shipments.shipped_at       AGGREGATION
avg_hours     <- logistics.carrier_scans.delivered_at AGGREGATION
recipients    <- logistics.shipments.recipient_hash   AGGREGATION
insured_value <- logistics.shipments.insured_value    AGGREGATION
*             <- logistics.shipments.country          GROUP_BY
*             <- logistics.shipments.service          GROUP_BY
*             <- logistics.shipments.shipment_id      JOIN
*             <- logistics.carrier_scans.shipment_id  JOIN
"""),
    ),
    Task(
        "logistics",
        "count_daily_volume",
        "Counts the orders of each day from the Parquet file of the orders",
        """
CREATE TABLE IF NOT EXISTS logistics.daily_volume (day DATE, orders BIGINT, business_orders BIGINT);
DELETE FROM logistics.daily_volume;
INSERT INTO logistics.daily_volume
SELECT CAST(ordered_at AS DATE), count(*), count_if(email_domain <> 'mail.example')
FROM read_parquet('${SHOP}/warehouse/orders.parquet')
GROUP BY CAST(ordered_at AS DATE)
""",
        (ORDERS_FILE,),
        "logistics.daily_volume",
        edges("""
day             <- warehouse/orders.parquet.ordered_at   TRANSFORMATION
business_orders <- warehouse/orders.parquet.email_domain AGGREGATION
*               <- warehouse/orders.parquet.ordered_at   GROUP_BY
"""),
    ),
)

FORECAST_DEMAND = Task(
    "logistics",
    "forecast_demand",
    "Designed, not yet run: forecasts the pieces to pack from items and delivery times",
    "",
    ("orders.order_items", "logistics.delivery_times"),
    "logistics.demand_forecast",
)


def tasks(day: int) -> tuple[Task, ...]:
    """The tasks of the domain in the order they run; the same on every day."""
    return _TASKS
