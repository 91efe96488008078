select sh."Sales Region", p.cost_center, sum(p.pay) as pay
from {{ ref('payroll') }} as p
join {{ ref('stg_shifts') }} as s using (emp_no)
join {{ ref('stg_shops') }} as sh on sh.shop_id = s.site
group by sh."Sales Region", p.cost_center
