select emp_no, year(from_date) as year, coalesce(nullif(reason, ''), 'other') as why,
    sum(date_diff('day', from_date, to_date) + 1) as days, bool_and(coalesce(approved, true)) as all_approved
from {{ ref('stg_leave') }}
group by 1, 2, 3
