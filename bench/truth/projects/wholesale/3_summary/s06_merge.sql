create or replace table part_status as select p_partkey, p_name, 'new' as status, 0::decimal(18, 2) as value from part;
merge into part_status as t using r11_important_stock as s on t.p_partkey = s.ps_partkey
when matched then update set status = 'important', value = s.value;
