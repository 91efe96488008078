create or replace view revenue as
select l_suppkey as supplier_no, sum(net_price) as total from stg_lines group by l_suppkey;
create or replace table r15_top_supplier as
select s_suppkey, s_name, code, total
from stg_suppliers join revenue on s_suppkey = supplier_no
where total = (select max(total) from revenue);
