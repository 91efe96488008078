SELECT
    c.* EXCLUDE (loss_date_raw, status_code)
  , h.peril
  , h.cause_path
  , h.depth AS cause_depth
  , list_contains(c.hashtags, 'urgent') AS is_urgent
  , datediff('day', c.best_loss_date, c.reported_date) AS report_lag_days
FROM {{ ref('int_claims_with_policy') }} c
LEFT JOIN {{ ref('int_cause_hierarchy') }} h ON c.cause_code = h.cause_code
