{{
    config(
        materialized = 'table',
        tags = ['web', 'hourly']
    )
}}

with raw_events as (
    select distinct * from {{ ref('web_events') }}
),

typed as (
    select
        event_id,
        visitor as visitor_id,
        cast(ts as timestamp) as event_at,
        event as event_name,
        url,
        regexp_extract(url, '^https?://[^/]+(/[^?]*)', 1) as page_path,
        nullif(regexp_extract(url, 'utm_campaign=([^&]+)', 1), '') as utm_campaign,
        nullif(regexp_extract(url, 'product=([A-Z0-9]+)', 1), '') as quoted_product_code,
        try_cast(payload as json) as payload,
        referrer
    from raw_events
),

final as (
    select
        t.* exclude (payload),
        payload ->> 'ua' as user_agent,
        {'width': cast(payload -> 'screen' ->> 'w' as integer), 'height': cast(payload -> 'screen' ->> 'h' as integer)} as screen,
        lower(payload ->> 'email') as login_email,
        cast(payload ->> 'premium' as decimal(10, 2)) as quoted_premium,
        cast(payload -> 'items' as json[]) as items
    from typed t
)

select * from final
where user_agent is distinct from 'Bot/1.0'
