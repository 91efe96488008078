MODEL (name shop.stg_orders, kind FULL);

SELECT id AS order_id, customer AS customer_id, cents / 100 AS amount FROM shop.raw_orders
