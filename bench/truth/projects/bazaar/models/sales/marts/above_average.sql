select o.order_id, o.shop_id, o.net_cents
from {{ ref('fct_orders') }} o
where o.net_cents > (
    select avg(i.net_cents) from {{ ref('fct_orders') }} i where i.shop_id = o.shop_id
)
