select o.order_id, o.cents, s.shipped_on from {{ ref('old_orders') }} as o left join {{ ref('shipments') }} as s using (order_id)
