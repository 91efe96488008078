select
    session_id,
    visitor_id,
    min(event_at) as started_at,
    max(event_at) as ended_at,
    count(*) as events,
    {% for e in ['page_view', 'quote_start', 'quote_done', 'purchase', 'error'] %}
    count(*) filter (where event_name = '{{ e }}') as {{ e }}s,
    {% endfor %}
    max(quoted_premium) as max_quote,
    first(utm_campaign order by event_at) filter (where utm_campaign is not null) as first_campaign,
    list(page_path order by event_at) as pages,
    max(login_email) as login_email,
    any_value(screen.width order by event_at) as screen_width
from {{ ref('int_web_sessions') }}
group by session_id, visitor_id
