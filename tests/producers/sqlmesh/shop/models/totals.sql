MODEL (name shop.totals, kind FULL);

SELECT customer_id, SUM(amount) AS total FROM shop.stg_orders GROUP BY customer_id
