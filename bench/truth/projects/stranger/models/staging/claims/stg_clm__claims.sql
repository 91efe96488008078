-- KM 2022-03: vendor sends dates three ways, see parse_date
SELECT
    C.CLAIM_NO                                  AS claim_id
  , C.POLICY_NO                                 AS policy_number
  , {{ parse_date('C.LOSS_DT') }}               AS loss_date
  , C.LOSS_DT                                   AS loss_date_raw
  , TRY_CAST(C.REPORTED_DT AS DATE)             AS reported_date
  , CASE WHEN C.CAUSE_CD IN (SELECT cause_cd FROM {{ ref('clm_cause_codes') }}) THEN C.CAUSE_CD ELSE 'UNK' END AS cause_code
  , C.STATUS_CD                                 AS status_code
  , CASE
        WHEN C.STATUS_CD = 'O' THEN 'open'
        WHEN C.STATUS_CD = 'C' THEN 'closed'
        WHEN C.STATUS_CD IN ('R', 'W') THEN 'rejected/withdrawn'
        ELSE 'other'
    END                                         AS claim_status
  , {{ parse_amount('C.RESERVE_AMT') }}         AS initial_reserve
  , TRY_CAST(C.ADJUSTER_EMP_NO AS INTEGER)      AS adjuster_id
  , C.DESCRIPTION                               AS description
  , REGEXP_EXTRACT_ALL(C.DESCRIPTION, '#(\w+)', 1) AS hashtags
  , LOWER(NULLIF(C.INTAKE, ''))                 AS intake_channel
  , C.FRAUD_FLAG = 'Y'                          AS is_fraud_suspected
FROM {{ ref('clm_claims') }} AS C
QUALIFY ROW_NUMBER() OVER (PARTITION BY C.CLAIM_NO ORDER BY C.STATUS_CD) = 1
