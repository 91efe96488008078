select
    e.emp_no, e.name, e.dept, cost_center,
    sum(s.hours) as hours,
    round(sum(s.hours * e.salary / 160 * if(s.shift_kind = 'night', 1.25, 1)), 2) as pay
from {{ ref('stg_employees') }} as e
join {{ ref('stg_shifts') }} as s on s.emp_no = e.emp_no
left join {{ ref('departments') }} using (dept)
where s.shift_date between date '2024-03-01' and date '2024-04-15'
group by all
