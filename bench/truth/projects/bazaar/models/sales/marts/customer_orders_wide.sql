select c.*, f.* exclude (customer_id, currency) replace (upper(f.status) as status)
from {{ ref('dim_customers') }} as c
join {{ ref('fct_orders') }} as f on f.customer_id = c.customer_id
