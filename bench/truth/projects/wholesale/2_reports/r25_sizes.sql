create or replace table r25_sizes as
select p_container, size_kind, count(*) as parts, median(p_retailprice) as price
from (select *, case when p_size > 25 then 'big' else 'small' end as size_kind from part)
group by cube (p_container, size_kind);
