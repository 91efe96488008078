select cast(order_id as integer) as order_id, cast(customer_id as integer) as customer_id, cast(cents as integer) as cents
from {{ ref('stg_orders') }} where status <> 'returned'
