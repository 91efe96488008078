select sku, title, brand, look.color as color, look.size as "Size", list_cents / 100 as price,
    year(launched) as launch_year
from {{ ref('stg_products') }}
where look.color is not null or weight_kg > 0.4
