create or replace table r19_discounted as
select sum(net_price) as revenue
from stg_lines, part
where (p_partkey = l_partkey and p_brand = 'Brand#12' and l_quantity >= 1 and l_quantity <= 30 and p_size between 1 and 45)
   or (p_partkey = l_partkey and p_brand = 'Brand#14' and l_shipmode in ('AIR', 'RAIL') and l_shipinstruct = 'NONE');
