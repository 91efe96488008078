with p as (
    select order_id, method, amount from {{ ref('stg_payments') }}
)
pivot p on method in ('card', 'invoice', 'voucher') using sum(amount) group by order_id
