with recursive chart as (
    select emp_no, name, boss, 0 as level, cast(name as varchar) as path
    from {{ ref('stg_employees') }}
    where boss is null
    union all
    select e.emp_no, e.name, e.boss, c.level + 1, c.path || ' > ' || e.name
    from {{ ref('stg_employees') }} as e
    join chart as c on e.boss = c.emp_no
)
select * from chart
