create or replace table r06_forecast as
select sum(l_extendedprice * l_discount) as revenue
from stg_lines
where l_shipdate >= date '2024-01-01' and l_discount between 0.02 and 0.07 and l_quantity < 40;
