{{ config(alias='orders', access='protected') }}
select order_id, customer_id from {{ ref('orders', v=1) }}
