{{ config(materialized='view', access='private', schema='sales_internal') }}
select id as order_id, customer as customer_id, placed_on, status, cents from {{ ref('raw_orders') }}
