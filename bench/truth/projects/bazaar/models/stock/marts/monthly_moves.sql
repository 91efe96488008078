select date_trunc('month', moved_on) as month, kind, sum(abs(delta)) as pieces
from {{ ref('stg_moves') }}
group by all
order by all
