with recursive chain as (
    select employee_id, employee_name, manager_id, department, annual_salary, hired_on, left_on, 1 as level, cast(employee_name as varchar) as reporting_line
    from {{ ref('stg_hr__employees') }} where manager_id is null
    union all
    select e.employee_id, e.employee_name, e.manager_id, e.department, e.annual_salary, e.hired_on, e.left_on, chain.level + 1, chain.reporting_line || ' / ' || e.employee_name
    from {{ ref('stg_hr__employees') }} e inner join chain on e.manager_id = chain.employee_id
    where chain.level < 10
)
select c.*, m.employee_name as manager_name
from chain c left join {{ ref('stg_hr__employees') }} m on m.employee_id = c.manager_id
