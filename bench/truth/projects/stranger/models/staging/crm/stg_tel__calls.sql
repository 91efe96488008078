select
    call_id,
    try_cast(extension as integer) as employee_id,
    claim_ref as claim_id,
    started_at,
    ended_at,
    date_diff('second', started_at, ended_at) as talk_seconds,
    direction,
    csat as satisfaction
from {{ source('telephony', 'call_log') }}
