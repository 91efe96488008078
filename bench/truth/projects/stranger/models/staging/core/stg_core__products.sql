with src as (select * from {{ ref('core_products') }} where product_code <> 'XXX0'),

parsed as (
    select
        *,
        case when json_valid(attributes) then cast(attributes as json) end as attrs
    from src
)

select
    * exclude (attributes, attrs, lob) replace (cast(base_rate as decimal(10, 2)) as base_rate),
    lob as line_of_business,
    attrs ->> '$.channel' as allowed_channel,
    attrs -> 'risk' ->> 'band' as risk_band,
    cast(json_extract_string(attrs, '$.risk.factor') as double) as risk_factor,
    json_array_length(attrs -> 'perks') as perk_count,
    withdrawn_on is not null as is_withdrawn
from parsed
