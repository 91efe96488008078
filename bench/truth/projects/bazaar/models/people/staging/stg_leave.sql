select * from {{ ref('leave_2024') }}
union all by name
select * from {{ ref('leave_2025') }}
