select distinct coupon, split_part(coupon, '-', 1) as family, try_cast(regexp_extract(coupon, '[0-9]+') as integer) as percent
from {{ ref('stg_orders') }}
where coupon is not null and length(coupon) > 2
