{{ config(materialized='view', alias='Policy 360') }}
-- column names are what the BI tool shows
select
    p.policy_number as "Policy No",
    p.holder_name as "Policy Holder",
    p.line_of_business as "LoB",
    p.annual_premium as "Premium (£)",
    coalesce(c.n, 0) as "Claims",
    coalesce(c.incurred, 0) as "Incurred",
    round("Incurred" / nullif("Premium (£)", 0), 3) as "LossRatio",
    last_inv.balance as "Last Balance",
    p.loyalty_tier as "tier"
from {{ ref('dim_policy') }} p
left join (
    select policy_id, count(*) as n, sum(total_incurred) as incurred
    from {{ ref('fct_claim') }}
    group by policy_id
) c on c.policy_id = p.policy_id
left join lateral (
    select i.balance
    from {{ ref('int_invoice_payments') }} i
    where i.policy_id = p.policy_id
    order by i.due_date desc, i.invoice_no
    limit 1
) last_inv on true
where not p.is_delinquent or p.policy_status = 'active'
