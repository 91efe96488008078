with source as (

    select * from {{ ref('core_policies') }}

),

deduplicated as (

    select *
    from source
    qualify row_number() over (
        partition by policy_id
        order by updated_at desc, status
    ) = 1

),

renamed as (

    select
        policy_id,
        policy_no as policy_number,
        holder_id,
        product_code,
        nullif(agent_code, '') as agent_code,
        cast(eff_dt as date) as effective_date,
        cast(exp_dt as date) as expiry_date,
        lower(trim(status)) as policy_status,
        cancelled_on as cancelled_date,
        annual_prem_cents,
        {{ cents_to_dollars('annual_prem_cents') }} as annual_premium,
        upper(ccy) as currency,
        nullif(previous_policy_no, '') as previous_policy_number,
        case sales_channel
            when 'W' then 'web'
            when 'A' then 'agent'
            when 'P' then 'phone'
            else 'unknown'
        end as sales_channel,
        updated_at,
        src_sys as source_system

    from deduplicated
    where policy_id not in ({{ var('test_policy_ids') | join(', ') }})

)

select * from renamed
