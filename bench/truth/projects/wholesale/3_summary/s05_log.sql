create table if not exists report_log (report varchar, lines bigint, amount decimal(18, 2));
delete from report_log;
insert into report_log select 'pricing', sum(lines), sum(net) from r01_pricing;
insert into report_log by name select 'profit' as report, sum(profit) as amount, count(*) as lines from r09_profit;
