with source as (select * from {{ ref('orders') }})
select
    order_id,
    customer_id,
    shop as shop_id,
    ordered_at,
    cast(ordered_at as date) as ordered_on,
    status,
    currency,
    coalesce(discount_cents, 0) as discount_cents,
    upper(coupon) as coupon
from source
where status is not null
