with source as (
    select * from {{ ref('customers') }}
),
renamed as (
    select
        id as customer_id,
        full_name,
        {{ clean('email') }} as email,
        upper(coalesce(nullif(country, ''), 'xx')) as country,
        segment,
        credit_limit,
        joined_on,
        coalesce(newsletter, false) as wants_news
    from source
)
select * from renamed
