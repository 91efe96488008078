{{ config(alias='customer', schema='logistics', access='protected') }}
select distinct o.customer_id from {{ ref('orders_to_ship') }} as o
join {{ ref('shipments') }} as s on s.order_id = o.order_id
