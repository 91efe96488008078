create or replace table r01_pricing as
select l_returnflag, l_linestatus, sum(l_quantity) as quantity, sum(l_extendedprice) as base_price,
    sum(net_price) as net, sum(charge) as charge, avg(l_discount) as discount, count(*) as lines
from stg_lines
where l_shipdate <= date '2025-09-01' - interval 30 day
group by l_returnflag, l_linestatus
order by 1, 2;
