create or replace table r03_unshipped as
select l.l_orderkey, sum(l.net_price) as revenue, o.o_orderdate, o.o_shippriority
from stg_customers c, stg_orders o, stg_lines l
where c.c_mktsegment in ('BUILDING', 'MACHINERY') and c.c_custkey = o.o_custkey and l.l_orderkey = o.o_orderkey
  and o.o_orderdate < date '2025-03-01' and l.l_shipdate > date '2024-03-01'
group by l.l_orderkey, o.o_orderdate, o.o_shippriority
order by revenue desc, o.o_orderdate, l.l_orderkey
limit 15;
