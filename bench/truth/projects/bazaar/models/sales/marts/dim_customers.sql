with customers as (
    select * from {{ ref('stg_customers') }}
),
first_orders as (
    select customer_id, min(ordered_on) as first_order_on, max(ordered_on) as last_order_on, count(*) as orders
    from {{ ref('valid_orders') }}
    group by customer_id
),
final as (
    select
        customers.customer_id,
        customers.full_name,
        customers.email,
        customers.country,
        case
            when customers.segment = 'vip' or customers.credit_limit >= 50000 then 'gold'
            when customers.segment in ('b2b', 'b2c') then customers.segment
            else 'unknown'
        end as tier,
        coalesce(first_orders.orders, 0) as orders,
        first_orders.first_order_on,
        date_diff('day', customers.joined_on, first_orders.first_order_on) as days_to_first_order
    from customers
    left join first_orders using (customer_id)
)
select * from final
