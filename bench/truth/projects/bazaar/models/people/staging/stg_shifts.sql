select emp_no, shift_date, start_hour, hours, site,
    case when start_hour >= 22 or start_hour < 6 then 'night' when start_hour < 12 then 'early' else 'late' end as shift_kind,
    cast(shift_date as timestamp) + to_hours(start_hour) as starts_at
from {{ ref('shifts') }}
where hours is not null
