{{ config(
    materialized='incremental',
    incremental_strategy='merge',
    unique_key='txn_id',
    on_schema_change='append_new_columns'
) }}
select
    r.txn_id,
    r.claim_id,
    c.policy_id,
    c.peril,
    r.txn_type,
    r.amount,
    r.paid_to_date,
    r.txn_at,
    {{ month_of('r.txn_at') }} as txn_month,
    r.paid_to_date / nullif(c.total_incurred, 0) as share_of_incurred
from {{ ref('int_claim_txn_running') }} r
inner join {{ ref('fct_claim') }} c on c.claim_id = r.claim_id
where r.amount is not null
{% if is_incremental() %}
  and r.txn_at >= (select max(txn_at) - interval 3 day from {{ this }})
{% endif %}
