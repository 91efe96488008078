create or replace table stg_suppliers as
select s_suppkey, s_name, s_acctbal, s_comment, n_name as nation, r_name as region, substr(s_phone, 2, 2) as code
from supplier, places
where s_nationkey = n_nationkey;
