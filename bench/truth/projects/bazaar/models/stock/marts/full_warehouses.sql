select warehouse, place, sum(pieces) as pieces, any_value(capacity) as capacity,
    round(100.0 * sum(pieces) / nullif(any_value(capacity), 0), 1) as percent_full
from {{ ref('stock_by_warehouse') }}
where not cooled or pieces > 0
group by warehouse, place
