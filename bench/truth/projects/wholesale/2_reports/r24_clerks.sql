create or replace table r24_clerks as
pivot (select o_clerk, o_orderstatus, o_totalprice from stg_orders)
on o_orderstatus in ('O', 'F', 'P') using sum(o_totalprice) group by o_clerk;
