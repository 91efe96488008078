{{ config(materialized='ephemeral', access='private') }}
select id as customer_id, name, md5(email) as email_hash from {{ ref('raw_customers') }}
