create or replace table r09_profit as
with profit as (
    select nation, order_year, net_price - ps_supplycost * l_quantity as amount
    from stg_lines
    join offers on ps_suppkey = l_suppkey and ps_partkey = l_partkey
    join stg_orders on o_orderkey = l_orderkey
    join stg_suppliers on s_suppkey = l_suppkey
)
select nation, order_year, sum(amount) as profit from profit group by nation, order_year;
