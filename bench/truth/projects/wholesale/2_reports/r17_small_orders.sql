create or replace table r17_small_orders as
select sum(l.l_extendedprice) / 7.0 as yearly
from lineitem l join part p on p.p_partkey = l.l_partkey
where p.p_container like '%B%' and l.l_quantity < (
    select 0.9 * avg(i.l_quantity) from lineitem i where i.l_partkey = p.p_partkey);
