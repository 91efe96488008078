{{ config(materialized='incremental', unique_key='order_id') }}
select order_id, placed_on + 1 as shipped_on from {{ ref('orders', v=2) }}
