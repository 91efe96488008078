select cast(date_trunc('day', p.paid_on) as date) as day, cast(sum(p.cents) / 100.0 as decimal(12, 2)) as amount
from {{ source('erp', 'payments') }} as p
join {{ ref('orders', v=2) }} as o on o.order_id = p.order_id
group by 1
