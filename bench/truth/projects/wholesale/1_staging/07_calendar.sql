create or replace table calendar (day date, month varchar);
insert into calendar (day, month)
select distinct o_orderdate, strftime(o_orderdate, '%Y-%m') from orders;
