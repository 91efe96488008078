{{ config(alias='monthly_summary') }}
select
    m.month_start,
    coalesce(c.peril, 'none') as peril,
    count(c.claim_id) as claims,
    count(distinct c.policy_id) as policies_affected,
    sum(c.total_incurred) as incurred,
    median(c.report_lag_days) as median_lag,
    string_agg(distinct c.intake_channel, ', ' order by c.intake_channel) as channels,
    sum(sum(c.total_incurred)) over (partition by coalesce(c.peril, 'none') order by m.month_start) as incurred_to_date
from {{ ref('util_months') }} m
left join {{ ref('fct_claim') }} c on {{ month_of('c.best_loss_date') }} = m.month_start
group by 1, 2
order by 1, 2
