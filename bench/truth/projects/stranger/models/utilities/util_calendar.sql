with recursive days(day) as (
    select date '{{ var("reporting_start") }}'
    union all
    select cast(day + interval 1 day as date) from days where day < date '{{ var("reporting_end") }}'
)
select
    day as date_day,
    year(day) as year_number,
    month(day) as month_number,
    strftime(day, '%Y-%m') as year_month,
    isodow(day) as weekday_number,
    isodow(day) > 5 as is_weekend,
    cast(date_trunc('month', day) as date) as month_start,
    case when month(day) >= 4 then year(day) else year(day) - 1 end as fiscal_year
from days
