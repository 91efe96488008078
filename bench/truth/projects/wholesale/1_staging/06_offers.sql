create temp table cheapest as
select ps_partkey, min(ps_supplycost) as cost from partsupp group by ps_partkey;
create or replace table offers as
select ps.ps_partkey, ps.ps_suppkey, ps.ps_availqty, ps.ps_supplycost, ps.ps_supplycost = c.cost as is_cheapest
from partsupp as ps join cheapest as c using (ps_partkey);
drop table cheapest;
