WITH claims AS (SELECT * FROM {{ ref('stg_clm__claims') }})
, pol AS (SELECT * FROM {{ ref('int_policies_wide') }})
SELECT
    claims.*
  , pol.policy_id
  , pol.holder_id
  , pol.product_code
  , pol.line_of_business
  , pol.risk_band
  , pol.region_name
  , pol.agent_code
  , pol.effective_date AS policy_effective_date
  , pol.coverage_mix
  , COALESCE(claims.loss_date, claims.reported_date, pol.effective_date) AS best_loss_date
  , COALESCE(claims.initial_reserve, pol.bld_limit * 0.01, 500) AS opening_reserve
  , claims.loss_date BETWEEN pol.effective_date AND pol.expiry_date AS is_in_period
FROM claims
LEFT JOIN pol ON claims.policy_number = pol.policy_number
