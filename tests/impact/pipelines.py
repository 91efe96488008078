"""Pipelines of SQL with everything that makes impact hard: stars, sets, windows, joins by name, aliases, filters."""

from tests.impact.laboratory import Pipeline

SHOP = Pipeline(
    tables={
        "orders": (
            "id integer, customer_id integer, amount decimal(10,2), status varchar, placed date, note varchar",
            "values (1, 1, 10.00, 'open', '2024-01-01', 'a'), (2, 1, 20.50, 'paid', '2024-01-02', null), "
            "(3, 2, 7.25, 'paid', '2024-01-02', 'c'), (4, 3, 99.00, 'void', '2024-02-03', 'd')",
        ),
        "customers": (
            "customer_id integer, name varchar, country varchar, vip boolean",
            "values (1, 'Ann', 'DE', true), (2, 'Bob', 'FR', false), (3, 'Cem', 'DE', false)",
        ),
        "refunds": (
            "id integer, order_id integer, amount decimal(10,2), placed date",
            "values (1, 2, 5.00, '2024-01-09'), (2, 4, 99.00, '2024-02-05')",
        ),
        "rates": ("country varchar, rate double", "values ('DE', 1.19), ('FR', 1.2)"),
    },
    models={
        "stg_orders": "with source as (select * from orders), renamed as (select id as order_id, customer_id, "
        "amount, status, placed from source) select * from renamed",
        "copy_orders": "select * from orders",
        "copy_again": "select c.* from copy_orders c where c.id > 0",
        "slim": "select * exclude (note) from copy_orders",
        "slim_ids": "select id, customer_id from slim",
        "paid": "select order_id, customer_id, amount from stg_orders where status = 'paid'",
        "by_customer": "select customer_id, count(*) as orders_made, sum(amount) as total, max(placed) as latest "
        "from stg_orders group by customer_id",
        "wide": "select * from stg_orders join customers using (customer_id)",
        "natural_wide": "select * from stg_orders natural join customers",
        "wide_names": "select name, total from by_customer join customers using (customer_id)",
        "cents": "select *, amount * 100 as cents from orders",
        "spent": "select id, amount from cents",
        "remarks": "select * rename (note as remark) from orders",
        "money": "select id, amount from orders union all select id, -amount from refunds",
        "stacked": "select * from (select id, amount from orders) union all select * from "
        "(select order_id, amount from refunds)",
        "everything": "select * from refunds union all select * from refunds",
        "by_name": "select * from orders union all by name select * from refunds",
        "latest": "select * from (select *, row_number() over (partition by customer_id order by placed desc) as n "
        "from stg_orders) where n = 1",
        "doubled": "select amount * 2 as amount, amount as single from orders",
        "alias_reuse": "select upper(status) as status, length(status) as n from orders",
        "taxed": "select o.id, o.amount * r.rate as gross from orders o join customers c using (customer_id) "
        "left join rates r on r.country = c.country",
        "has_refund": "select id from orders o where exists (select 1 from refunds r where r.order_id = o.id)",
        "not_refunded": "select id, note from orders where id not in (select order_id from refunds)",
        "counted": "select count(*) as n from refunds",
        "flags": "select id, case when status = 'void' then 'x' else 'y' end as flag, coalesce(note, '-') as note "
        "from orders",
        "dates": "select placed, date_trunc('month', placed) as month, extract(year from placed) as year from orders",
        "texts": "select id, concat(status, '/', note) as label, status || '!' as loud from orders",
        "sorted_top": "select id, amount from orders order by amount desc limit 2",
        "distinct_status": "select distinct status from orders",
        "group_all": "select country, count(*) as n from customers group by all",
        "cross_ids": "select o.id as oid, r.id as rid from orders o, refunds r where o.id = r.order_id",
        "correlated": "select c.name, (select sum(o.amount) from orders o where o.customer_id = c.customer_id) as s "
        "from customers c",
        "pivoted": "select country, sum(case when vip then 1 else 0 end) as vips from customers group by country",
        "chained": "select n + 1 as m from counted",
        "final_report": "select w.order_id, w.name, b.total from wide w join by_customer b using (customer_id)",
        "report_star": "select * from final_report where total > 5",
    },
)
