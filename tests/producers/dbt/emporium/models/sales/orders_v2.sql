select cast(order_id as integer) as order_id, cast(customer_id as integer) as customer_id,
  cast(cents / 100.0 as decimal(12, 2)) as amount, cast(placed_on as date) as placed_on
from {{ ref('stg_orders') }} where status <> 'returned'
