{% set gap = var('session_timeout_minutes') %}
with e as (
    select *, lag(event_at) over (partition by visitor_id order by event_at, event_id) as prev_at
    from {{ ref('stg_web__events') }}
),
flagged as (
    select *, case when prev_at is null or event_at - prev_at > interval '{{ gap }} minutes' then 1 else 0 end as is_new
    from e
),
numbered as (
    select *, sum(is_new) over (partition by visitor_id order by event_at, event_id rows between unbounded preceding and current row) as session_no
    from flagged
)
select
    {{ surrogate_key(['visitor_id', 'session_no']) }} as session_id,
    * exclude (is_new, prev_at),
    event_at - prev_at as gap
from numbered
