with p as (select * from {{ ref('int_policies_enriched') }})
, h as (select * exclude (notes, first_name, last_name) from {{ ref('stg_core__holders') }})
select
    p.*,
    h.full_name as holder_name,
    h.email as holder_email,
    h.postcode_area,
    h.loyalty_tier,
    date_diff('year', h.birth_date, p.effective_date) as holder_age_at_inception
from p
left join h on h.holder_id = p.holder_id
