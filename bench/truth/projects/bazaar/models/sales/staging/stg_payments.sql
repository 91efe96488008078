with source as (
    select * from {{ ref('payments') }}
), final as (
    select * exclude (ok), amount_cents / 100.0 as amount
    from source
    where ok
)
select * from final
