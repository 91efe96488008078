select site, shift_kind, sum(hours) as hours
from {{ ref('stg_shifts') }}
group by cube (site, shift_kind)
