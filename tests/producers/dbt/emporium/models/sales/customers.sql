{{ config(alias='customer') }}
select cast(customer_id as integer) as customer_id, cast(name as varchar) as name, cast(email_hash as varchar) as email_hash
from {{ ref('stg_customers') }}
