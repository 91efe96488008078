with book as (
    select agent_code, count(*) as policies, sum(annual_premium) as premium, sum(commission_amount) as commission
    from {{ ref('int_policies_enriched') }}
    where agent_code is not null
    group by agent_code
)
select a.agent_code, a.agent_name, parent.agent_name as parent_agent_name, a.region_name, b.* exclude (agent_code)
from {{ ref('stg_crm__agents') }} a
left join {{ ref('stg_crm__agents') }} parent on parent.agent_code = a.parent_agent_code
left join book b on b.agent_code = a.agent_code
where a.terminated_on is null or a.agent_code = any (select agent_code from book)
