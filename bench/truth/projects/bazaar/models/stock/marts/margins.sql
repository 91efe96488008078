select sku, p.title, p.list_cents - b.price_cents as margin_cents,
    cast(round(100.0 * (p.list_cents - b.price_cents) / p.list_cents) as integer) as margin_percent
from {{ ref('stg_products') }} as p
left join {{ ref('best_supplier') }} as b using (sku)
