select distinct
    policy_id,
    coverage_code,
    seq as coverage_seq,
    limit_amt as limit_amount,
    coalesce(deductible_amt, 0) as deductible_amount,
    is_mandatory
from {{ ref('core_coverages') }} c
where exists (
    select 1 from {{ ref('stg_core__policies') }} p where p.policy_id = c.policy_id
)
