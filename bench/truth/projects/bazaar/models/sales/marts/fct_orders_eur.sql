select
    f.order_id,
    f.ordered_on,
    f.currency,
    r.rate,
    {{ cents_to_euro('f.net_cents * r.rate') }} as net_eur
from {{ ref('fct_orders') }} as f
join {{ ref('stg_rates') }} as r
    on r.currency = f.currency
    and f.ordered_on >= r.valid_on
    and (f.ordered_on < r.next_on or r.next_on is null)
