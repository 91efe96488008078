with orders as (
    select * from {{ ref('stg_orders') }} where status <> 'returned'
),
final as (
    select c.customer_id, c.name, count(o.order_id) as orders, sum(o.amount) as total, max(o.placed_on) as last_order
    from {{ ref('stg_customers') }} as c
    left join orders as o on o.customer_id = c.customer_id
    group by c.customer_id, c.name
)
select * from final
