create or replace view stg_orders as
select o.*, extract(year from o_orderdate) as order_year, quarter(o_orderdate) as order_quarter
from orders as o
where o_orderdate >= date '2024-01-01';
