select
    shop_id,
    "Shop Name" as shop_name,
    "Opened On" as opened_on,
    city,
    "Region" as "Sales Region"
from {{ ref('shops') }}
