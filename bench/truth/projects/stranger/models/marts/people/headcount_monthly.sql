with present as (
    select m.month_start, e.department, e.employee_id
    from {{ ref('util_months') }} m
    join {{ ref('snap_employees') }} e
        on e.hired_on <= m.month_end and coalesce(e.left_on, date '9999-12-31') > m.month_end and e.dbt_valid_to is null
),
pivoted as (
    pivot present on department in ('Claims', 'Finance', 'Marketing', 'Executive') using count(distinct employee_id) group by month_start
)
select
    p.*,
    p."Claims" + p."Finance" + p."Marketing" + p."Executive" as total,
    w.open_claims_per_adjuster
from pivoted p
cross join (select avg(open_claims) as open_claims_per_adjuster from {{ ref('int_adjuster_workload') }} where adjuster_id in (select employee_id from {{ ref('int_employee_hierarchy') }} where level >= 3)) w
