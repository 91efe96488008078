{% snapshot snap_policies %}
{{
    config(
        target_schema='analytics_history',
        unique_key='policy_id',
        strategy='timestamp',
        updated_at='updated_at',
    )
}}
select * exclude (annual_prem_cents) from {{ ref('stg_core__policies') }}
{% endsnapshot %}
