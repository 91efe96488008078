with logins as (
    select distinct visitor_id, login_email as email from {{ ref('int_web_session_facts') }} where login_email is not null
),
holders as (
    select holder_id, email from {{ ref('stg_core__holders') }}
)
select visitor_id, holder_id, md5(email) as email_hash
from logins natural join holders
