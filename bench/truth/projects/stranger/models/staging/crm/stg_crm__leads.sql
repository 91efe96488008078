select
    min("Id") as lead_id,
    lower("ContactEmail") as contact_email,
    "Campaign" as campaign,
    "ProductInterest" as product_code,
    "Stage" as stage,
    "CreatedAt" as created_at,
    try_cast(any_value("Meta")::json ->> 'score' as integer) as lead_score,
    any_value("Meta")::json ->> 'owner' as agent_code,
    any_value("Tags") as tags
from {{ source('crm', 'leads') }}
group by 2, 3, 4, 5, 6
