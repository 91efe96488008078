with wide as (select * from {{ ref('customer_orders_wide') }}),
gold as (select * from wide where tier = 'gold')
select customer_id, full_name, sum(net_cents) as net_cents, list(distinct status order by status) as statuses
from gold
group by customer_id, full_name
order by net_cents desc
limit 10
