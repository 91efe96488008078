select a.sku as left_sku, b.sku as right_sku, count(*) as together
from {{ ref('stg_order_lines') }} as a
join {{ ref('stg_order_lines') }} as b on a.order_id = b.order_id and a.sku < b.sku
group by 1, 2
