select customer_id, order_id, ordered_at, status
from {{ ref('valid_orders') }}
where customer_id is not null
qualify row_number() over (partition by customer_id order by ordered_at desc, order_id) = 1
