select
    claim_id,
    count(call_id) as calls,
    sum(talk_seconds) / 60.0 as talk_minutes,
    avg(satisfaction) as avg_csat,
    list(struct_pack(at := started_at, who := employee_id, secs := talk_seconds) order by started_at) as call_history
from {{ ref('stg_tel__calls') }}
where claim_id is not null
group by all
