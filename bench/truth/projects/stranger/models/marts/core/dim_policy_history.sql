select
    dbt_scd_id as policy_version_key,
    policy_id,
    policy_number,
    policy_status,
    annual_premium,
    dbt_valid_from as valid_from,
    coalesce(dbt_valid_to, timestamp '9999-12-31') as valid_to,
    dbt_valid_to is null as is_current,
    row_number() over (partition by policy_id order by dbt_valid_from) as version_no,
    coalesce(h.value_segment, 'n/a') as holder_segment
from {{ ref('snap_policies') }} s
left join {{ ref('dim_holder') }} h on s.holder_id = h.holder_id
