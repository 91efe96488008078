SELECT cause_cd AS cause_code, cause_desc AS cause_name, NULLIF(parent_cause_cd, '') AS parent_cause_code, CAST(is_active AS BOOLEAN) AS is_active
FROM {{ ref('clm_cause_codes') }}
