{{ config(materialized='ephemeral') }}
with ranked as (
    select *, row_number() over (partition by id order by paid_at) as rn
    from {{ ref('bil_payments_new') }}
)
select
    id as payment_id,
    invoice_no,
    cast(paid_at as date) as paid_on,
    {{ cents_to_dollars('amount_cents') }} as amount,
    method as payment_method,
    upper(currency) as currency,
    status <> 'succeeded' as is_reversed,
    raw::json ->> '$.card.brand' as card_brand,
    (raw::json ->> '$.risk_score')::int as risk_score,
    coalesce({{ parse_amount('fee') }}, 0) as fee_amount
from ranked
where rn = 1
