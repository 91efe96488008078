select
    {{ surrogate(['order_id', 'line_no']) }} as line_key,
    order_id, line_no, sku, quantity,
    {{ cents_to_euro('unit_cents') }} as unit_price,
    quantity * unit_cents as gross_cents,
    gift
from {{ ref('order_lines') }}
where quantity > 0
