"""The finance domain: invoices, payments, what shipping costs, and what remains by day and by customer."""

from api.demo.model import Dataset, Task, edges

LANDING = "landing/payments.csv"
LEDGER = "exports/ledger.csv"
BROKEN_DAY = 2
"""The day on which the bank's file has an amount that is no number, until somebody corrects it."""

VAT_RATES = Dataset(
    "finance.vat_rates",
    "finance",
    "Value added tax by country, kept by hand",
    {"country": "Country code, upper case", "rate": "Share of the net amount: 0.19 is 19 %"},
)

DATASETS = (
    VAT_RATES,
    Dataset(LANDING, "finance", "Payments as the bank reports them"),
    Dataset("finance.payments", "finance", "Received payments", {"paid_amount": "Amount received in EUR"}),
    Dataset(
        "finance.invoices",
        "finance",
        "One invoice per order",
        {"billing_email": "Where the invoice is sent; personal data", "amount": "Net amount in EUR"},
        ("billing_email",),
    ),
    Dataset("finance.shipping_costs", "finance", "What each shipment costs the shop"),
    Dataset(
        "finance.revenue_daily",
        "finance",
        "Revenue and margin per day; read by the board every morning",
        {"revenue": "Sum of the invoices in EUR", "margin": "Revenue less shipping costs in EUR"},
    ),
    Dataset(
        "finance.customer_lifetime_value",
        "finance",
        "What each customer has brought so far",
        {"segment": "gold above 500 EUR, else silver", "contribution": "Revenue less shipping costs in EUR"},
    ),
    Dataset(LEDGER, "finance", "File for the tax adviser"),
)

_TASKS = (
    Task(
        "finance",
        "land_payments",
        "Loads the payments reported by the bank",
        """
CREATE OR REPLACE TABLE finance.payments AS
SELECT
  CAST(payment_id AS BIGINT) AS payment_id,
  CAST(order_id AS BIGINT) AS order_id,
  CAST(paid_amount AS DECIMAL(12, 2)) AS paid_amount,
  method
FROM read_csv('${SHOP}/landing/payments.csv', all_varchar = true)
""",
        (LANDING,),
        "finance.payments",
        edges("""
payment_id  <- landing/payments.csv.payment_id  TRANSFORMATION
order_id    <- landing/payments.csv.order_id    TRANSFORMATION
paid_amount <- landing/payments.csv.paid_amount TRANSFORMATION
method      <- landing/payments.csv.method      IDENTITY
"""),
    ),
    Task(
        "finance",
        "issue_invoices",
        "Writes one invoice per order",
        """
CREATE OR REPLACE TABLE finance.invoices AS
SELECT
  'I' || o.order_id AS invoice_id,
  o.order_id,
  o.customer_id,
  c.email AS billing_email,
  o.total_amount AS amount,
  CAST(o.total_amount * v.rate AS DECIMAL(12, 2)) AS vat_amount,
  o.ordered_at AS issued_at
FROM orders.orders AS o
JOIN orders.customers AS c ON c.customer_id = o.customer_id
JOIN finance.vat_rates AS v ON v.country = c.country
""",
        ("orders.orders", "orders.customers", "finance.vat_rates"),
        "finance.invoices",
        edges("""
invoice_id    <- orders.orders.order_id       TRANSFORMATION
order_id      <- orders.orders.order_id       IDENTITY
customer_id   <- orders.orders.customer_id    IDENTITY
billing_email <- orders.customers.email       IDENTITY
amount        <- orders.orders.total_amount   IDENTITY
vat_amount    <- orders.orders.total_amount   TRANSFORMATION
vat_amount    <- finance.vat_rates.rate       TRANSFORMATION
issued_at     <- orders.orders.ordered_at     IDENTITY
*             <- orders.orders.customer_id    JOIN
*             <- orders.customers.customer_id JOIN
*             <- orders.customers.country     JOIN
*             <- finance.vat_rates.country    JOIN
"""),
    ),
    Task(
        "finance",
        "cost_shipping",
        "Computes what each shipment costs",
        """
CREATE OR REPLACE TABLE finance.shipping_costs AS
SELECT
  shipment_id,
  order_id,
  CAST(insured_value * 0.01 AS DECIMAL(12, 2)) AS insurance_fee,
  CASE WHEN service = 'express' THEN 12.50 ELSE 4.90 END AS carriage_fee,
  CAST(
    insured_value * 0.01 + CASE WHEN service = 'express' THEN 12.50 ELSE 4.90 END AS DECIMAL(12, 2)
  ) AS total_cost
FROM logistics.shipments
""",
        ("logistics.shipments",),
        "finance.shipping_costs",
        edges("""
shipment_id   <- logistics.shipments.shipment_id   IDENTITY
order_id      <- logistics.shipments.order_id      IDENTITY
insurance_fee <- logistics.shipments.insured_value TRANSFORMATION
carriage_fee  <- logistics.shipments.service       CONDITIONAL
total_cost    <- logistics.shipments.insured_value TRANSFORMATION
total_cost    <- logistics.shipments.service       CONDITIONAL
"""),
    ),
    Task(
        "finance",
        "sum_revenue_daily",
        "Sums revenue, margin and payments per day",
        """
CREATE OR REPLACE TABLE finance.revenue_daily AS
SELECT
  CAST(i.issued_at AS DATE) AS day,
  sum(i.amount) AS revenue,
  sum(i.amount - k.total_cost) AS margin,
  sum(p.paid_amount) AS paid
FROM finance.invoices AS i
JOIN finance.shipping_costs AS k ON k.order_id = i.order_id
LEFT JOIN finance.payments AS p ON p.order_id = i.order_id
GROUP BY CAST(i.issued_at AS DATE)
""",
        ("finance.invoices", "finance.shipping_costs", "finance.payments"),
        "finance.revenue_daily",
        edges("""
day     <- finance.invoices.issued_at         TRANSFORMATION
revenue <- finance.invoices.amount            AGGREGATION
margin  <- finance.invoices.amount            AGGREGATION
margin  <- finance.shipping_costs.total_cost  AGGREGATION
paid    <- finance.payments.paid_amount       AGGREGATION
*       <- finance.invoices.issued_at         GROUP_BY
*       <- finance.invoices.order_id          JOIN
*       <- finance.shipping_costs.order_id    JOIN
*       <- finance.payments.order_id          JOIN
"""),
    ),
    Task(
        "finance",
        "value_customers",
        "Sums what each customer with a known e-mail address has brought",
        """
CREATE OR REPLACE TABLE finance.customer_lifetime_value AS
SELECT
  i.customer_id,
  split_part(i.billing_email, '@', 2) AS email_domain,
  sum(i.amount) AS lifetime_value,
  sum(i.amount - k.total_cost) AS contribution,
  CASE WHEN sum(i.amount) > 500 THEN 'gold' ELSE 'silver' END AS segment
FROM finance.invoices AS i
JOIN finance.shipping_costs AS k ON k.order_id = i.order_id
WHERE i.billing_email IS NOT NULL
GROUP BY i.customer_id, i.billing_email
""",
        ("finance.invoices", "finance.shipping_costs"),
        "finance.customer_lifetime_value",
        edges("""
customer_id    <- finance.invoices.customer_id      IDENTITY
email_domain   <- finance.invoices.billing_email    TRANSFORMATION
lifetime_value <- finance.invoices.amount           AGGREGATION
contribution   <- finance.invoices.amount           AGGREGATION
contribution   <- finance.shipping_costs.total_cost AGGREGATION
segment        <- finance.invoices.amount           CONDITIONAL
*              <- finance.invoices.billing_email    FILTER
*              <- finance.invoices.customer_id      GROUP_BY
*              <- finance.invoices.billing_email    GROUP_BY
*              <- finance.invoices.order_id         JOIN
*              <- finance.shipping_costs.order_id   JOIN
"""),
    ),
    Task(
        "finance",
        "export_ledger",
        "A script nobody has looked into for years: it reports its datasets, not its columns",
        """
COPY (
  SELECT r.day, r.revenue, i.invoice_id, i.amount
  FROM finance.revenue_daily AS r
  JOIN finance.invoices AS i ON CAST(i.issued_at AS DATE) = r.day
) TO '${SHOP}/exports/ledger.csv'
""",
        ("finance.revenue_daily", "finance.invoices"),
        LEDGER,
        script=True,
    ),
)


def tasks(day: int) -> tuple[Task, ...]:
    """The tasks of the domain in the order they run; the same on every day."""
    return _TASKS
