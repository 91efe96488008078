with ranked as (
    select sku, supplier_no, name, price_cents,
        row_number() over (partition by sku order by price_cents, lead_days nulls last, rating desc nulls last, supplier_no, valid_from) as nr
    from {{ ref('stg_supply') }}
    where valid_from <= date '2024-06-30' and valid_until >= date '2024-01-01'
)
select * exclude (nr) from ranked where nr = 1
