select coalesce(category, 'all') as category, sum(sold) as sold, grouping(category) as is_total
from {{ ref('sold_pieces') }}
group by rollup (category)
