create or replace table r11_important_stock as
select ps_partkey, sum(ps_supplycost * ps_availqty) as value
from partsupp
group by ps_partkey
having sum(ps_supplycost * ps_availqty) > (select sum(ps_supplycost * ps_availqty) * 0.01 from partsupp)
order by value desc;
