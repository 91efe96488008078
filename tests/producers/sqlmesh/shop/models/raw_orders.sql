MODEL (name shop.raw_orders, kind FULL);

SELECT id::INT AS id, customer::INT AS customer, cents::INT AS cents
FROM (VALUES (1, 1, 1250), (2, 1, 300), (3, 2, 9900)) AS t(id, customer, cents)
