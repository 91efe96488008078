select policy_id, policy_number, holder_id, policy_status
from {{ ref('int_policies_with_holder') }} pol
where exists (
        select 1 from {{ ref('int_invoice_payments') }} inv
        where inv.policy_id = pol.policy_id and inv.is_outstanding
    )
    and policy_status not in ('cancelled', 'expired')
    and holder_id not in (select holder_id from {{ ref('stg_core__holders') }} where loyalty_tier = 'gold' and holder_id is not null)
