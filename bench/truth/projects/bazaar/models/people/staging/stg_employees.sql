select emp_no, name, boss, nullif(dept, '') as dept, salary, hired, left_on, left_on is null as active,
    string_split(skills, '|') as skills
from {{ ref('employees') }}
