{{ config(materialized='incremental', incremental_strategy='append') }}
select
    f.session_id,
    f.visitor_id,
    m.holder_id,
    f.started_at,
    date_diff('second', f.started_at, f.ended_at) as duration_seconds,
    f.events,
    f.quote_starts,
    f.purchases > 0 as is_converted,
    coalesce(f.first_campaign, 'direct') as campaign,
    f.pages[1] as landing_page,
    list_filter(f.pages, lambda p: p like '/quote%') as quote_pages,
    {'max': f.max_quote, 'products': q.products} as quote
from {{ ref('int_web_session_facts') }} f
left join {{ ref('int_visitor_holder_map') }} m using (visitor_id)
left join (
    select session_id, list(distinct product_code order by product_code) as products
    from {{ ref('int_web_quoted_items') }} semi join {{ ref('stg_core__products') }} using (product_code)
    group by session_id
) q on q.session_id = f.session_id
{% if is_incremental() %}
where f.started_at > (select max(started_at) from {{ this }})
{% endif %}
