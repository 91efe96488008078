-- Eight tables of a wholesaler, after the published idea of TPC-H; the rows are our own, from hashes with a fixed seed.
create table region as
select * from (values (0, 'AFRICA', 'warm'), (1, 'AMERICA', null), (2, 'ASIA', 'far'), (3, 'EUROPE', 'near'))
    as t (r_regionkey, r_name, r_comment);
create table nation as
select i::integer as n_nationkey, name as n_name, (i % 4)::integer as n_regionkey,
    case when i % 3 = 0 then null else 'nation ' || i end as n_comment
from (select unnest(range(8)) as i, unnest(['KENYA', 'PERU', 'JAPAN', 'GERMANY', 'EGYPT', 'CANADA', 'INDIA', 'FRANCE']) as name);
create table supplier as
select i::integer as s_suppkey, 'Supplier#' || lpad(i::varchar, 3, '0') as s_name, 'Dock ' || (i * 7 % 11) as s_address,
    (hash(i, 11) % 9)::integer as s_nationkey, '+' || (10 + i % 25) || '-555-' || i as s_phone,
    round((hash(i, 12) % 1100000) / 100.0 - 1000, 2)::decimal(12, 2) as s_acctbal,
    case when i % 4 = 0 then 'Customer Complaints' when i % 5 = 0 then null else 'reliable' end as s_comment
from range(1, 13) as t (i);
create table customer as
select i::integer as c_custkey, 'Customer#' || lpad(i::varchar, 3, '0') as c_name, 'Street ' || i as c_address,
    (hash(i, 21) % 8)::integer as c_nationkey, (10 + hash(i, 22) % 25)::varchar || '-' || (100 + i) as c_phone,
    case when i % 9 = 0 then null else round((hash(i, 23) % 1000000) / 100.0 - 900, 2)::decimal(12, 2) end as c_acctbal,
    ['BUILDING', 'AUTOMOBILE', 'MACHINERY', 'HOUSEHOLD'][1 + (hash(i, 24) % 4)::integer] as c_mktsegment,
    case when i % 3 = 0 then 'special requests' else 'none' end as c_comment
from range(1, 31) as t (i);
create table part as
select i::integer as p_partkey, ['green bolt', 'red nut', 'blue gear', 'forest wheel'][1 + i % 4] || ' ' || i as p_name,
    'Manufacturer#' || (1 + i % 3) as p_mfgr, 'Brand#' || (11 + i % 5) as p_brand,
    ['PROMO BRASS', 'SMALL STEEL', 'LARGE COPPER', 'PROMO TIN'][1 + (hash(i, 31) % 4)::integer] as p_type,
    (1 + hash(i, 32) % 50)::integer as p_size, ['SM BOX', 'MED BAG', 'LG CASE'][1 + i % 3] as p_container,
    (900 + i * 10.25)::decimal(12, 2) as p_retailprice, case when i % 6 = 0 then null else 'part ' || i end as p_comment
from range(1, 21) as t (i);
create table partsupp as
select p::integer as ps_partkey, (1 + (p * 3 + s * 5) % 12)::integer as ps_suppkey, (hash(p, s, 41) % 500)::integer as ps_availqty,
    ((hash(p, s, 42) % 90000) / 100.0)::decimal(12, 2) as ps_supplycost, 'lot ' || p as ps_comment
from range(1, 21) as a (p), range(2) as b (s);
create table orders as
select i::integer as o_orderkey, (1 + hash(i, 51) % 28)::integer as o_custkey, ['O', 'F', 'P'][1 + (hash(i, 52) % 3)::integer] as o_orderstatus,
    ((hash(i, 53) % 5000000) / 100.0)::decimal(12, 2) as o_totalprice, date '2024-01-01' + (hash(i, 54) % 600)::integer as o_orderdate,
    ['1-URGENT', '2-HIGH', '3-MEDIUM', '5-LOW'][1 + (hash(i, 55) % 4)::integer] as o_orderpriority,
    'Clerk#' || (i % 7) as o_clerk, (i % 2)::integer as o_shippriority,
    case when i % 8 = 0 then 'special packing requests' when i % 11 = 0 then null else 'order ' || i end as o_comment
from range(1, 51) as t (i);
create table lineitem as
select o::integer as l_orderkey, (1 + hash(o, n, 61) % 20)::integer as l_partkey,
    (1 + ((1 + hash(o, n, 61) % 20) * 3 + (n % 2) * 5) % 12)::integer as l_suppkey, n::integer as l_linenumber,
    (1 + hash(o, n, 62) % 50)::decimal(12, 2) as l_quantity, ((hash(o, n, 63) % 9000000) / 100.0)::decimal(12, 2) as l_extendedprice,
    ((hash(o, n, 64) % 11) / 100.0)::decimal(12, 2) as l_discount, ((hash(o, n, 65) % 9) / 100.0)::decimal(12, 2) as l_tax,
    ['R', 'A', 'N'][1 + (hash(o, n, 66) % 3)::integer] as l_returnflag, ['O', 'F'][1 + (hash(o, n, 67) % 2)::integer] as l_linestatus,
    date '2024-01-10' + (hash(o, n, 68) % 620)::integer as l_shipdate, date '2024-01-20' + (hash(o, n, 69) % 600)::integer as l_commitdate,
    date '2024-01-12' + (hash(o, n, 70) % 640)::integer as l_receiptdate,
    ['DELIVER IN PERSON', 'NONE', 'COLLECT COD'][1 + (hash(o, n, 71) % 3)::integer] as l_shipinstruct,
    ['AIR', 'MAIL', 'SHIP', 'RAIL'][1 + (hash(o, n, 72) % 4)::integer] as l_shipmode,
    case when hash(o, n, 73) % 5 = 0 then null else 'line' end as l_comment
from range(1, 51) as a (o), range(1, 4) as b (n)
where hash(o, n, 60) % 3 > 0 or n = 1;
