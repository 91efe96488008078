create or replace table s01_nations as
select n_name, coalesce(t.revenue, 0) as trade, coalesce(l.revenue, 0) as local
from places
left join (select cust_nation, sum(revenue) as revenue from r07_trade group by cust_nation) t on t.cust_nation = n_name
left join r05_local_suppliers l on l.nation = n_name;
