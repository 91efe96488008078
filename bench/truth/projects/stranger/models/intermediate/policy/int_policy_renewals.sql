select
    cur.policy_id,
    cur.policy_number,
    prev.policy_id as renewed_from_policy_id,
    prev.annual_premium as previous_premium,
    cur.annual_premium - prev.annual_premium as premium_change,
    case
        when prev.policy_id is null then 'new business'
        when cur.annual_premium > prev.annual_premium * 1.1 then 'renewed - increase'
        else 'renewed'
    end as business_type,
    (select count(*) from {{ ref('int_policies_enriched') }} o where o.holder_id = cur.holder_id and o.effective_date < cur.effective_date) as earlier_policies
from {{ ref('int_policies_enriched') }} cur
left join {{ ref('int_policies_enriched') }} prev on cur.previous_policy_number = prev.policy_number
