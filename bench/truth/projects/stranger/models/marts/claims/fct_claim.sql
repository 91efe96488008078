{{ config(post_hook="delete from {{ this }} where claim_id is null") }}
WITH base AS (SELECT * FROM {{ ref('int_claims_classified') }})
, amounts AS (SELECT * FROM {{ ref('int_claim_amounts') }})
, calls AS (SELECT claim_id, calls, talk_minutes FROM {{ ref('int_claim_calls') }})
, final AS (
    SELECT
        base.* EXCLUDE (hashtags, description)
      , amounts.pay_amount
      , amounts.rec_amount
      , amounts.outstanding
      , COALESCE(amounts.pay_amount, 0) + COALESCE(amounts.fee_amount, 0) + COALESCE(amounts.rec_amount, 0) AS net_paid
      , GREATEST(COALESCE(amounts.outstanding, base.opening_reserve), 0) + COALESCE(amounts.pay_amount, 0) AS total_incurred
      , calls.calls
      , calls.talk_minutes
      , NTILE(4) OVER (PARTITION BY base.line_of_business ORDER BY base.opening_reserve, base.claim_id) AS reserve_quartile
    FROM base
    LEFT JOIN amounts USING (claim_id)
    LEFT JOIN calls USING (claim_id)
)
SELECT * FROM final
