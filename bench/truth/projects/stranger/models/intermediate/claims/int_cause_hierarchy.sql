WITH RECURSIVE tree AS (
    SELECT cause_code, cause_name, parent_cause_code, cause_code AS root_code, cause_name AS root_name, 0 AS depth, [cause_name] AS path
    FROM {{ ref('stg_clm__cause_codes') }}
    WHERE parent_cause_code IS NULL
    UNION ALL
    SELECT c.cause_code, c.cause_name, c.parent_cause_code, t.root_code, t.root_name, t.depth + 1, list_append(t.path, c.cause_name)
    FROM {{ ref('stg_clm__cause_codes') }} c
    JOIN tree t ON c.parent_cause_code = t.cause_code
    WHERE c.is_active
)
SELECT cause_code, cause_name, root_code, root_name AS peril, depth, array_to_string(path, ' > ') AS cause_path FROM tree
