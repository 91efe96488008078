select
    day,
    net_cents,
    sum(net_cents) over (order by day rows between unbounded preceding and current row) as running_cents,
    net_cents - lag(net_cents) over (order by day) as delta_cents,
    avg(net_cents) over w as week_avg
from {{ ref('daily_revenue') }}
window w as (order by day rows between 6 preceding and current row)
