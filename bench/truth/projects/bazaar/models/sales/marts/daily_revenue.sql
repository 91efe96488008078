{{ config(materialized='incremental', unique_key='day') }}
select
    ordered_on as day,
    {{ fiscal_year('ordered_on') }} as fiscal_year,
    strftime(ordered_on, '%Y-%m') as month,
    count(*) as orders,
    sum(net_cents) filter (where status <> 'returned') as net_cents
from {{ ref('fct_orders') }}
{% if is_incremental() %}
where ordered_on > (select max(day) from {{ this }})
{% endif %}
group by all
