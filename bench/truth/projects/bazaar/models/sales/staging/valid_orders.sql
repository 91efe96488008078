{{ config(materialized='ephemeral') }}
select o.*
from {{ ref('stg_orders') }} as o
where o.status not in ('cancelled', 'returned')
