-- everything we know about a policy; add here, not in the marts (DO, 2023)
select
    p.*,
    c.* exclude (policy_id),
    r.business_type,
    r.renewed_from_policy_id,
    r.premium_change
from {{ ref('int_policies_with_holder') }} p
left join {{ ref('int_policy_coverages_pivoted') }} c using (policy_id)
left join {{ ref('int_policy_renewals') }} r using (policy_id)
