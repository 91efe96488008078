select
    sku, title, category,
    coalesce(nullif(brand, ''), 'no name') as brand,
    list_cents, weight_kg, launched,
    {'color': json_extract_string(attributes, '$.color'), 'size': json_extract_string(attributes, '$.size')} as look
from {{ ref('products') }}
