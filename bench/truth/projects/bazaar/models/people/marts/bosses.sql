select b.name as boss, count(*) as reports, max(e.salary) as top_salary
from {{ ref('stg_employees') }} e, {{ ref('stg_employees') }} b
where e.boss = b.emp_no
group by b.name
having count(*) > 1
