select a.*, r.region_name, r.territory
from {{ source('crm', 'agents') }} a
natural left join {{ source('crm', 'regions') }} r
