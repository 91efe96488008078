select emp_no, salary,
    ntile(4) over (order by salary, emp_no) as band,
    salary - avg(salary) over (partition by dept) as above_dept,
    case when salary is null then 'none' when salary < 3000 then 'low' else 'high' end as label
from {{ ref('stg_employees') }}
