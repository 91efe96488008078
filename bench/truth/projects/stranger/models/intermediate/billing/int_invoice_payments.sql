with receipts as (
    select invoice_no, sum(amount_gbp) as paid_amount, max(paid_on) as last_paid_on, count(*) as payment_count, list(distinct payment_method order by payment_method) as methods
    from {{ ref('int_payments_converted') }}
    group by invoice_no
),

billed as (
    select
        i.*,
        i.invoice_amount * coalesce((
            select r.rate from {{ ref('stg_ref__fx_rates') }} r
            where r.currency = i.currency and r.rate_date <= i.due_date
            order by r.rate_date desc limit 1
        ), 1) as billed_amount
    from {{ ref('stg_bil__invoices') }} i
)

select
    invoice_no,
    b.policy_id,
    b.due_date,
    b.invoice_state,
    cast(b.billed_amount as decimal(16, 2)) as billed,
    coalesce(receipts.paid_amount, 0) as paid,
    billed - paid as balance,
    balance > 0.01 and b.invoice_state <> 'void' as is_outstanding,
    last_paid_on,
    last_paid_on - due_date as days_late,
    methods[1] as main_method
from billed b
left join receipts using (invoice_no)
