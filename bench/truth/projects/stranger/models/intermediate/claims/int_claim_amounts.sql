select
    claim_id,
    {{ pivot_sum('txn_type', ['PAY', 'RES', 'REC', 'FEE'], 'amount', suffix='_amount') }},
    count(*) as txn_count,
    min(txn_at) as first_txn_at,
    max(txn_at) as last_txn_at,
    arg_max(payee, txn_at) as last_payee,
    coalesce(sum(amount) filter (where txn_type = 'RES'), 0) - coalesce(sum(amount) filter (txn_type = 'PAY'), 0) as outstanding
from {{ ref('stg_clm__transactions') }}
group by 1
having count(*) > 0
