select 'empty' as alert, sku, warehouse, pieces from {{ ref('stock_level') }} where pieces <= 0
union all
select 'old', sku, warehouse, pieces from {{ ref('stock_level') }} where last_moved_on < date '2024-06-01'
union all by name
select warehouse, sku, pieces, 'many' as alert from {{ ref('stock_by_warehouse') }} where pieces > capacity / 10
