{{ config(materialized='table') }}
{% set months = ['2024-01', '2024-02', '2024-03', '2024-04', '2024-05', '2024-06'] %}
with long as (
    unpivot {{ ref('mkt_spend_2024') }}
    on {% for m in months %}"{{ m }}"{{ ', ' if not loop.last }}{% endfor %}
    into name spend_month value spend
)
select
    lower(replace(campaign, ' ', '-')) as campaign,
    channel,
    cast(spend_month || '-01' as date) as spend_month,
    spend
from long
