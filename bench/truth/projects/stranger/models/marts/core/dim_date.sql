select {{ star_except(ref('util_calendar'), except=['weekday_number']) }},
    dense_rank() over (order by year_month) as month_index
from {{ ref('util_calendar') }}
