select sku, warehouse, sum(delta) as pieces, max(moved_on) as last_moved_on, count(*) as moves
from {{ ref('stg_moves') }}
group by sku, warehouse
