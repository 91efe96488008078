create or replace table stg_customers as
with c as (select * exclude (c_comment) from customer)
select c.*, p.n_name as nation, p.r_name as region
from c left join places as p on c.c_nationkey = p.n_nationkey;
