create or replace table stg_lines as
select *,
    l_extendedprice * (1 - l_discount) as net_price,
    l_extendedprice * (1 - l_discount) * (1 + l_tax) as charge
from lineitem;
