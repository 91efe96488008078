with wide as (select * from {{ ref('int_policies_wide') }}),
delinquent as (select policy_id from {{ ref('int_delinquent_policies') }})
select
    wide.*,
    policy_id in (select policy_id from delinquent) as is_delinquent,
    'P' || lpad(cast(policy_id as varchar), 8, '0') as policy_code
from wide
