{{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key='txn_id') }}
SELECT
    t.txn_id, t.claim_id, t.txn_type, t.amount, t.txn_at, t.payee
  , SUM(CASE WHEN t.txn_type IN ('PAY', 'FEE', 'REC') THEN t.amount ELSE 0 END) OVER w AS paid_to_date
  , ROW_NUMBER() OVER w AS txn_seq
  , LAG(t.txn_at) OVER w AS previous_txn_at
  , FIRST_VALUE(t.payee) OVER w AS first_payee
FROM {{ ref('stg_clm__transactions') }} t
{% if is_incremental() %}
WHERE t.claim_id IN (
    SELECT claim_id FROM {{ ref('stg_clm__transactions') }}
    WHERE txn_at > (SELECT COALESCE(MAX(txn_at), TIMESTAMP '1900-01-01') FROM {{ this }})
)
{% endif %}
WINDOW w AS (PARTITION BY t.claim_id ORDER BY t.txn_at, t.txn_id)
