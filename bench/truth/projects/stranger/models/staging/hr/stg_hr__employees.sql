{# two rows for people who changed names; the last wins #}
with latest as ({{ latest_by(ref('hr_employees'), 'emp_no', 'changed_at desc') }})
select
    emp_no as employee_id
    , full_name as employee_name
    , manager_emp_no as manager_id
    , upper(left(trim(dept), 1)) || lower(substr(trim(dept), 2)) as department
    , hired_on
    , left_on
    , {{ parse_amount('salary') }} as annual_salary
    , changed_at
from latest
where dept is not null and trim(dept) != ''
