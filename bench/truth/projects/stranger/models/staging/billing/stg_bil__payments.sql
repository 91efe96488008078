with unioned as (
    select *, 'legacy' as origin from {{ ref('base_bil__payments_legacy') }}
    union all by name
    select 'new' as origin, * from {{ ref('base_bil__payments_new') }}
)
select * replace (coalesce(payment_method, 'unknown') as payment_method)
from unioned
where paid_on is not null
