from {{ ref('int_claims_classified') }} c
left join {{ ref('int_claim_calls') }} k using (claim_id)
select
    adjuster_id,
    count(*) as claims,
    count(*) filter (claim_status = 'open') as open_claims,
    sum(opening_reserve) as reserve_held,
    round(avg(report_lag_days), 1) as avg_report_lag,
    max(avg_csat) as best_csat
where adjuster_id is not null
group by adjuster_id
