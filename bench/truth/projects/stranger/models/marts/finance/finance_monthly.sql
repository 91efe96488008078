{{ config(alias='monthly_summary') }}
with earned as (
    select month_start, sum(earned_premium) as earned_premium, sum(exposed_days) as exposed_days
    from {{ ref('int_policy_exposure_months') }}
    group by 1
),
written as (
    select {{ month_of('effective_date') }} as month_start, sum(annual_premium) as written_premium, count(*) as policies_written,
        sum(case when business_type = 'new business' then annual_premium end) as new_business_premium
    from {{ ref('dim_policy') }}
    group by 1
),
cash as (
    select {{ month_of('paid_on') }} as month_start, sum(net_amount) as cash_in
    from {{ ref('fct_payment') }}
    group by month_start
),
spine as (
    select month_start from {{ ref('util_months') }}
    intersect
    (select month_start from earned union select month_start from cash)
)
select
    spine.month_start,
    coalesce(written.written_premium, 0) as written_premium,
    coalesce(new_business_premium, 0) as new_business_premium,
    earned.earned_premium,
    coalesce(cash_in, 0) as cash_in,
    coalesce(cash_in, 0) - coalesce(earned_premium, 0) as cash_gap,
    avg(earned_premium) over (order by spine.month_start rows 2 preceding) as earned_3m_avg
from spine
left join earned using (month_start)
left join written using (month_start)
left join cash using (month_start)
