{{ config(materialized='table') }}
SELECT DISTINCT
    txn_id
  , claim_no AS claim_id
  , txn_type
  , COALESCE(amount_cents, 0) AS amount_cents
  , {{ cents_to_dollars('amount_cents') }} AS amount
  , CAST(txn_ts AS TIMESTAMP) AS txn_at
  , COALESCE(payee, 'unknown') AS payee
  , UPPER(method) AS pay_method
FROM {{ ref('clm_transactions') }}
