with all_activity as (
    {{ union_relations([ref('stg_tel__calls'), ref('stg_crm__leads'), ref('fct_claim_transaction')]) }}
)
select
    _source_model as source_model,
    coalesce(started_at, created_at, txn_at) as happened_at,
    coalesce(call_id, 'lead-' || lead_id, cast(txn_id as varchar)) as activity_id,
    coalesce(claim_id, campaign, '?') as subject,
    coalesce(amount, talk_seconds, lead_score) as weight,
    agent_code
from all_activity
where happened_at is not null
union distinct
select 'payment', paid_on, payment_id, invoice_no, amount, null
from {{ ref('fct_payment') }}
except
select 'payment', paid_on, payment_id, invoice_no, amount, null
from {{ ref('fct_payment') }} where payment_method = 'cheque'
