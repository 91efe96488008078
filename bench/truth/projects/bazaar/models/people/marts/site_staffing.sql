select s.name, s.kind, h.shift_kind, coalesce(h.hours, 0) as hours
from {{ ref('sites') }} s left join {{ ref('site_hours') }} h on s.site = h.site
where h.shift_kind is not null
