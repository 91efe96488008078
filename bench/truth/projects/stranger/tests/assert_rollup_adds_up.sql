select t.earned_premium, s.parts
from {{ ref('loss_ratio') }} t,
    (select sum(earned_premium) as parts from {{ ref('loss_ratio') }} where grouping_level = 0) s
where t.grouping_level = 3 and abs(t.earned_premium - s.parts) > 0.05
