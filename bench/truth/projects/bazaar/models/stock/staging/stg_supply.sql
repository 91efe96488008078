select *, coalesce(valid_to, date '2099-12-31') as valid_until
from {{ ref('supply') }}
natural join {{ ref('suppliers') }}
