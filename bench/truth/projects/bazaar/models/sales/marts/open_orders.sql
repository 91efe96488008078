select f.order_id, f.customer_id, f.open_cents,
    f.open_cents > 1000 as is_big,
    case when is_big then 'call' else 'mail' end as todo
from {{ ref('fct_orders') }} as f
where f.open_cents > 0
  and exists (select 1 from {{ ref('stg_customers') }} as c where c.customer_id = f.customer_id and c.email is not null)
  and f.shop_id in (select shop_id from {{ ref('stg_shops') }} where city <> 'Berlin')
