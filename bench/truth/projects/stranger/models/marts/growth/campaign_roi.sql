with spend as (select campaign, sum(spend) as spend, list(distinct channel order by channel) as channels from {{ ref('stg_mkt__spend') }} group by campaign),
leads as (
    select campaign, count(*) as leads, count(*) filter (where stage = 'won') as won, avg(lead_score) as avg_score
    from {{ ref('stg_crm__leads') }}
    group by cube (campaign)
    having campaign is not null
),
sessions as (
    select campaign, count(*) as sessions, sum(cast(is_converted as int)) as conversions, sum(quote.max) as quoted
    from {{ ref('fct_session') }} group by 1
)
select
    coalesce(spend.campaign, leads.campaign, sessions.campaign) as campaign,
    spend.spend,
    channels,
    coalesce(leads.leads, 0) as leads,
    leads.won,
    sessions.sessions,
    conversions,
    spend.spend / nullif(coalesce(leads.won, 0) + coalesce(conversions, 0), 0) as cost_per_win,
    percent_rank() over (order by spend.spend nulls first) as spend_rank
from spend
full outer join leads on leads.campaign = spend.campaign
full outer join sessions on sessions.campaign = coalesce(spend.campaign, leads.campaign)
