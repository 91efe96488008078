create or replace table r12_ship_modes as
select l_shipmode,
    count(*) filter (o_orderpriority in ('1-URGENT', '2-HIGH')) as high,
    sum(if(o_orderpriority not in ('1-URGENT', '2-HIGH'), 1, 0)) as low
from orders join lineitem on o_orderkey = l_orderkey
where l_shipmode in ('MAIL', 'SHIP') and l_commitdate < l_receiptdate
group by l_shipmode;
