with source as (
    select * from {{ ref('raw_orders') }}
),
renamed as (
    select id as order_id, customer as customer_id, placed_on, status, cents / 100 as amount from source
)
select * from renamed
