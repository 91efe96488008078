create or replace table r08_market_share as
select order_year, sum(case when nation = 'KENYA' then volume else 0 end) / sum(volume) as share
from (
    select o.order_year, l.net_price as volume, s.nation
    from part p join stg_lines l on p.p_partkey = l.l_partkey
    join stg_suppliers s on s.s_suppkey = l.l_suppkey
    join stg_orders o on o.o_orderkey = l.l_orderkey
    where p.p_type like 'PROMO%'
) as t
group by order_year;
