{{ config(materialized='ephemeral') }}
select
    'L-' || lpad(cast(id as varchar), 4, '0') as payment_id,
    invoice as invoice_no,
    {{ parse_date('paid_on') }} as paid_on,
    {{ parse_amount('amount') }} as amount,
    case method_cd when 'DD' then 'direct_debit' when 'CC' then 'card' when 'CHQ' then 'cheque' end as payment_method,
    ccy as currency,
    reversed = '1' as is_reversed
from {{ ref('bil_payments_legacy') }}
