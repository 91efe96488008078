create or replace table r10_returns as
select c_custkey, c_name, sum(net_price) as revenue, c_acctbal, nation, c_address, c_phone
from stg_customers
join stg_orders on c_custkey = o_custkey
join stg_lines on l_orderkey = o_orderkey and l_returnflag = 'R'
group by c_custkey, c_name, c_acctbal, c_phone, nation, c_address;
