select "Sales Region" as region, sum("Order Count") as orders, max(revenue) as best_revenue
from {{ ref('shop_performance') }}
group by "Sales Region"
having sum("Order Count") >= 0
