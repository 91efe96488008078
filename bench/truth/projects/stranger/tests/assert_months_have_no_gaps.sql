select month_start from {{ ref('finance_monthly') }} group by 1 having count(*) > 1
