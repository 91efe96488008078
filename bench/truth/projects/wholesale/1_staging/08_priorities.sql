create or replace table priorities as
select o_orderpriority as priority, count(*) as n from orders group by 1;
update priorities set n = n * 10 where priority like '%URGENT';
delete from priorities where n < 2;
