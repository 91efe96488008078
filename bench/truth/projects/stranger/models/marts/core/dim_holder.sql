with holders as (
    select * from {{ ref('stg_core__holders') }}
),

policy_facts as (
    select
        holder_id,
        count(distinct policy_id) as policy_count,
        min(effective_date) as first_policy_on,
        sum(annual_premium) as lifetime_premium,
        bool_or(policy_status = 'active') as has_active_policy
    from {{ ref('int_policies_with_holder') }}
    group by holder_id
),

web as (
    select holder_id, count(*) as visitors from {{ ref('int_visitor_holder_map') }} group by 1
),

final as (
    select
        cast(holders.holder_id as integer) as holder_id,
        {{ surrogate_key(['holders.holder_id', 'holders.email']) }} as holder_key,
        holders.full_name,
        holders.email,
        cast(split_part(holders.email, '@', 2) as varchar) as email_domain,
        holders.postcode_area,
        holders.is_opted_in,
        cast(coalesce(policy_facts.policy_count, 0) as bigint) as policy_count,
        policy_facts.first_policy_on,
        cast(coalesce(policy_facts.lifetime_premium, 0) as decimal(18, 2)) as lifetime_premium,
        coalesce(policy_facts.has_active_policy, false) as has_active_policy,
        coalesce(web.visitors, 0) > 0 as is_known_online,
        cast(case
            when policy_facts.lifetime_premium >= 2000 then 'high'
            when policy_facts.lifetime_premium >= 500 then 'mid'
            when policy_facts.lifetime_premium > 0 then 'low'
            else 'prospect'
        end as varchar) as value_segment
    from holders
    left join policy_facts on policy_facts.holder_id = holders.holder_id
    left join web on web.holder_id = holders.holder_id
)

select * from final
