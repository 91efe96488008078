with orders as (
    select * from {{ ref('stg_orders') }}
),
lines as (
    select order_id, sum(gross_cents) as gross_cents, sum(quantity) as pieces, bool_or(gift) as has_gift
    from {{ ref('stg_order_lines') }}
    group by 1
),
paid as (
    select order_id, sum(amount_cents) as paid_cents, max(paid_at) as last_paid_at
    from {{ ref('stg_payments') }}
    group by order_id
),
joined as (
    select
        o.order_id, o.customer_id, o.shop_id, o.ordered_on, o.status, o.currency,
        coalesce(l.gross_cents, 0) - o.discount_cents as net_cents,
        l.pieces,
        l.has_gift,
        coalesce(p.paid_cents, 0) as paid_cents,
        p.last_paid_at
    from orders as o
    left join lines as l on l.order_id = o.order_id
    left join paid as p on p.order_id = o.order_id
)
select *, net_cents - paid_cents as open_cents from joined
