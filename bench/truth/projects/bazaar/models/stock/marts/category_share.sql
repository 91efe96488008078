select category, sold, revenue,
    revenue / sum(revenue) over () as share,
    percent_rank() over (order by revenue, sku) as pr,
    first_value(sku) over (partition by category order by revenue desc, sku) as top_sku
from {{ ref('sold_pieces') }}
