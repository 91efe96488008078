select currency, cast(rate_date as date) as rate_date, to_gbp as rate
from {{ ref('ref_fx_rates') }}
where to_gbp is not null
