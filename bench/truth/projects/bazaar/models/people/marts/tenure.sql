select emp_no, name, hired, coalesce(left_on, date '2025-06-30') as until,
    date_part('year', age(coalesce(left_on, date '2025-06-30'), hired)) as years,
    concat(name, ' (', emp_no, ')') as label,
    left(name, 1) || '.' as initial
from {{ ref('stg_employees') }}
where hired >= '2015-06-01'
