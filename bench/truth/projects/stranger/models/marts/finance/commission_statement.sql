with book as (select * from {{ ref('int_agent_book') }}),
cash as (
    select agent_code, sum(amount) as collected
    from {{ ref('fct_payment') }}
    join (select policy_id, agent_code from {{ ref('dim_policy') }}) using (policy_id)
    group by agent_code
)
select
    book.agent_code,
    book.agent_name,
    coalesce(book.parent_agent_name, book.agent_name) as statement_to,
    columns('^(policies|premium|commission)$'),
    cash.collected,
    rank() over (partition by book.region_name order by book.commission desc nulls last, book.agent_code) as rank_in_region
from book
left join cash on cash.agent_code = book.agent_code
