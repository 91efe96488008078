create or replace table r14_promotion as
select 100.00 * sum(case when p_type like 'PROMO%' then net_price else 0 end) / sum(net_price) as promo_share
from stg_lines, part
where l_partkey = p_partkey;
