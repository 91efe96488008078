select s.emp_no, s.shift_date, s.site
from {{ ref('stg_shifts') }} as s
where exists (
    select 1 from {{ ref('stg_leave') }} as l
    where l.emp_no = s.emp_no and s.shift_date between l.from_date and l.to_date
) or s.emp_no not in (select emp_no from {{ ref('stg_employees') }} where emp_no is not null)
