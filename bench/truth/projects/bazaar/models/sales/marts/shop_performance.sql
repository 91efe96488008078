select
    s.shop_id,
    s.shop_name,
    s."Sales Region",
    count(distinct f.order_id) as "Order Count",
    sum(f.net_cents) / 100 as revenue,
    rank() over (order by sum(f.net_cents) desc nulls last, s.shop_id) as place
from {{ ref('stg_shops') }} as s
left join {{ ref('fct_orders') }} as f on f.shop_id = s.shop_id
where s.opened_on < date '2024-01-01' or s.opened_on is null
group by s.shop_id, s.shop_name, s."Sales Region"
