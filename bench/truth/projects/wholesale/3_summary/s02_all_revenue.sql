create or replace table s02_all_revenue as
select 'forecast' as report, revenue from r06_forecast
union all
select 'discounted', revenue from r19_discounted
union all
select 'returns', sum(revenue) from r10_returns;
