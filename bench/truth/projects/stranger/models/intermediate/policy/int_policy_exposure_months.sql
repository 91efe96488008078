{{ config(materialized='table') }}
with months as (select * from {{ ref('util_months') }}),
policies as (
    select policy_id, product_code, effective_date, least(expiry_date, coalesce(cancelled_date, expiry_date)) as end_date, annual_premium, term_days
    from {{ ref('int_policies_enriched') }}
)
select
    p.policy_id,
    p.product_code,
    m.month_start,
    greatest(p.effective_date, m.month_start) as exposed_from,
    least(p.end_date, m.month_end + 1) as exposed_to,
    exposed_to - exposed_from as exposed_days,
    cast(p.annual_premium * exposed_days / nullif(p.term_days, 0) as decimal(16, 2)) as earned_premium
from policies p
join months m on p.effective_date <= m.month_end and p.end_date > m.month_start
