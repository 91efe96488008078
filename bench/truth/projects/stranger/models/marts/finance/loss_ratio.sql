with premium as (
    select p.line_of_business, p.region_name, sum(e.earned_premium) as earned
    from {{ ref('int_policy_exposure_months') }} e
    join {{ ref('dim_policy') }} p using (policy_id)
    group by all
),
losses as (
    select line_of_business, region_name, sum(total_incurred) as incurred, count(*) as claims
    from {{ ref('fct_claim') }}
    where claim_status not in ('rejected/withdrawn') and not is_fraud_suspected
    group by line_of_business, region_name
)
select
    cast(coalesce(line_of_business, 'ALL') as varchar) as line_of_business,
    cast(coalesce(region_name, 'ALL') as varchar) as region_name,
    cast(sum(earned) as decimal(18, 2)) as earned_premium,
    cast(sum(coalesce(incurred, 0)) as decimal(18, 2)) as incurred,
    cast(round(sum(coalesce(incurred, 0)) / nullif(sum(earned), 0), 4) as double) as loss_ratio,
    cast(grouping(line_of_business, region_name) as integer) as grouping_level
from premium
left join losses using (line_of_business, region_name)
group by rollup (line_of_business, region_name)
