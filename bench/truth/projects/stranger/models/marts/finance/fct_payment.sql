{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key=['payment_id', 'origin']
) }}
with payments as (
    select * from {{ ref('int_payments_converted') }}
    {% if is_incremental() %}
    where paid_on > (select max(paid_on) from {{ this }})
    {% endif %}
)
select
    p.payment_id,
    p.origin,
    p.invoice_no,
    i.policy_id,
    pol.holder_id,
    pol.product_code,
    p.paid_on,
    p.amount_gbp as amount,
    p.fee_amount,
    p.amount_gbp - coalesce(p.fee_amount, 0) as net_amount,
    p.payment_method,
    upper(p.card_brand[1]) || p.card_brand[2:] as card_brand
from payments p
left join {{ ref('stg_bil__invoices') }} i on i.invoice_no = p.invoice_no
left join {{ ref('dim_policy') }} pol on pol.policy_id = i.policy_id
