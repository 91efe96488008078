create or replace table r16_part_suppliers as
select p_brand, p_type, p_size, count(distinct ps_suppkey) as suppliers
from partsupp join part on p_partkey = ps_partkey
where p_brand <> 'Brand#13' and p_type not like 'LARGE%'
  and ps_suppkey not in (select s_suppkey from supplier where s_comment like '%Customer%Complaints%')
group by p_brand, p_type, p_size;
