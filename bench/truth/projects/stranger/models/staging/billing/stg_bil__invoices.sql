-- billing seeds are declared as a source, they will come from the billing system one day
-- depends_on: {{ ref('bil_invoices') }}
with invoices as (
    select * from {{ source('billing', 'invoices') }}
)
select
    invoice_no,
    policy_id,
    due_dt::date as due_date,
    amount_cents,
    amount_cents::decimal(16,2) / 100 as invoice_amount,
    lower(state) as invoice_state,
    upper(currency) as currency
from invoices
where policy_id in (select policy_id from {{ ref('stg_core__policies') }})
