select skill, count(*) as people, string_agg(name, ', ' order by name) as who
from (select name, unnest(skills) as skill from {{ ref('stg_employees') }} where active)
where skill <> ''
group by skill
