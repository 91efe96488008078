create or replace table r05_local_suppliers as
select s.nation, sum(l.l_extendedprice * (1 - l.l_discount)) as revenue
from stg_customers c
join stg_orders o on c.c_custkey = o.o_custkey
join stg_lines l on l.l_orderkey = o.o_orderkey
join stg_suppliers s on l.l_suppkey = s.s_suppkey and c.region = s.region
where o.order_year in (2024, 2025)
group by s.nation
order by revenue desc;
