select sku, category, sum(quantity) as sold, sum(quantity * unit_price) as revenue
from {{ ref('stg_order_lines') }}
join {{ ref('stg_products') }} using (sku)
group by sku, category
