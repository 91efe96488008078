select holder_name, max(expiry_date) as last_expiry
from {{ ref('dim_policy') }}
where loyalty_tier = 'gold'
group by 1
having max(expiry_date) < date '2024-06-01'
