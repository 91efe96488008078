select * from {{ ref('margins') }} where margin_percent < 50 or margin_percent is null
