select shop_id as site, shop_name as name, 'shop' as kind from {{ ref('stg_shops') }}
union
select warehouse, place, 'warehouse' from {{ ref('stg_warehouses') }}
