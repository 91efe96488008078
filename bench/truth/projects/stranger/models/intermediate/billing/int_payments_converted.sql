with payments as (
    select * from {{ ref('stg_bil__payments') }} where not is_reversed
)
select
    p.*,
    coalesce(fx.rate, 1) as fx_rate,
    cast(p.amount * coalesce(fx.rate, 1) as decimal(16, 2)) as amount_{{ var('reporting_currency') | lower }}
from payments p
asof left join {{ ref('stg_ref__fx_rates') }} fx
    on p.currency = fx.currency and p.paid_on >= fx.rate_date
