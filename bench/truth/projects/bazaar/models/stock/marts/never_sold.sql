select sku from {{ ref('stg_products') }}
except
select sku from {{ ref('stg_order_lines') }}
