create or replace table r02_cheapest_supplier as
select s.s_acctbal, s.s_name, s.nation, p.p_partkey, p.p_mfgr
from part as p
join offers as o on o.ps_partkey = p.p_partkey
join stg_suppliers as s on s.s_suppkey = o.ps_suppkey
where p.p_size > 5 and o.ps_supplycost = (
    select min(i.ps_supplycost) from offers as i join stg_suppliers as t on t.s_suppkey = i.ps_suppkey
    where i.ps_partkey = p.p_partkey and t.region = s.region)
order by s.s_acctbal desc, s.nation, s.s_name, p.p_partkey
limit 20;
