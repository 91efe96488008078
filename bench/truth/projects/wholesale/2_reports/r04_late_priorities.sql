create or replace table r04_late_priorities as
select o_orderpriority, count(*) as orders
from stg_orders
where exists (select * from stg_lines where l_orderkey = o_orderkey and l_commitdate < l_receiptdate)
group by o_orderpriority;
