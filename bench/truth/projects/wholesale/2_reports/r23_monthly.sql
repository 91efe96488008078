create or replace table r23_monthly as
select c.month, count(o.o_orderkey) as orders, sum(o.o_totalprice) as total,
    sum(sum(o.o_totalprice)) over (order by c.month) as running
from calendar c join orders o on o.o_orderdate = c.day
group by c.month;
