select cast(m as date) as month_start, cast(m + interval 1 month - interval 1 day as date) as month_end
from generate_series(timestamp '{{ var("reporting_start") }}', timestamp '{{ var("reporting_end") }}', interval 1 month) as g(m)
