create or replace table s04_big_customers as
select r.* from r18_large_orders r natural join (select c_custkey from r10_returns);
