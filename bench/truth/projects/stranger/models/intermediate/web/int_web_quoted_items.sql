select s.session_id, s.event_id, s.visitor_id, u.item ->> 'code' as product_code, cast(u.item ->> 'qty' as integer) as qty, s.quoted_premium / len(s.items) as premium_share
from {{ ref('int_web_sessions') }} s, unnest(s.items) as u(item)
where s.event_name in ('quote_done', 'purchase')
