create or replace table r07_trade as
select supp_nation, cust_nation, l_year, sum(volume) as revenue
from (
    select s.nation as supp_nation, c.nation as cust_nation, year(l.l_shipdate) as l_year, l.net_price as volume
    from stg_suppliers s, stg_lines l, stg_orders o, stg_customers c
    where s.s_suppkey = l.l_suppkey and o.o_orderkey = l.l_orderkey and c.c_custkey = o.o_custkey
      and s.nation <> c.nation
) as shipping
group by all;
