select d.dept, d.title, d.budget, count(e.emp_no) as heads, sum(e.salary) as salaries,
    coalesce(d.budget, 0) > coalesce(sum(e.salary), 0) * 12 as within_budget
from {{ ref('departments') }} as d
left join {{ ref('stg_employees') }} as e on e.dept = d.dept and e.active
group by d.dept, d.title, d.budget
