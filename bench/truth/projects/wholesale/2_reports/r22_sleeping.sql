create or replace table r22_sleeping as
select code, count(*) as customers, sum(c_acctbal) as balance
from (
    select substring(c_phone, 1, 2) as code, c_acctbal from customer
    where c_acctbal > (select avg(c_acctbal) from customer where c_acctbal > 0.00)
      and not exists (select * from orders where o_custkey = c_custkey)
) as t
group by code;
