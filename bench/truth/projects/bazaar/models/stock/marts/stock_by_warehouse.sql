select *
from {{ ref('stg_warehouses') }}
join {{ ref('stock_level') }} using (warehouse)
