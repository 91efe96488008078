create or replace table s03_watchlist as
select s_name as name, 'waits' as why from r21_waiting where waits > 0
union
select s_name, 'excess' from r20_excess
union
select s_name, 'cheapest' from r02_cheapest_supplier where s_acctbal < 0
except
select s_name, 'waits' from r15_top_supplier;
