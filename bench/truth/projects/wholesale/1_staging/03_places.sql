create or replace table places as
select n_nationkey, n_name, r_regionkey, r_name
from nation
join region on n_regionkey = r_regionkey;
