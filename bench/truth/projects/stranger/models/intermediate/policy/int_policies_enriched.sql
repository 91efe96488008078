with policies as (
    select * from {{ ref('stg_core__policies') }}
),

products as (
    select * from {{ ref('stg_core__products') }}
),

agents as (
    select * from {{ ref('stg_crm__agents') }}
),

joined as (
    select
        policies.* exclude (annual_prem_cents, source_system),
        products.* exclude (product_code, launched_on, withdrawn_on),
        agents.agent_name,
        agents.commission_rate,
        agents.territory,
        coalesce(agents.region_name, initcap_region.fallback, 'Direct') as region_name
    from policies
    left join products using (product_code)
    left join agents on agents.agent_code = policies.agent_code
    left join (values ('web', 'Online'), ('phone', 'Call centre')) as initcap_region(channel, fallback)
        on initcap_region.channel = policies.sales_channel
),

final as (
    select
        * replace (coalesce(annual_premium, base_rate) as annual_premium),
        annual_premium is null as is_premium_imputed,
        expiry_date - effective_date as term_days,
        annual_premium * coalesce(commission_rate, 0) as commission_amount
    from joined
)

select * from final
