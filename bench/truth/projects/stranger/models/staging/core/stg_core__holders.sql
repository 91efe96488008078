with source as (
    select * from {{ ref('core_holders') }}
),

latest as (
    select distinct on ("HolderID") *
    from source
    order by "HolderID", "CreatedOn" desc
),

final as (
    select
        "HolderID" as holder_id,
        trim(coalesce("First Name", '') || ' ' || "LastName") as full_name,
        "First Name" as first_name,
        "LastName" as last_name,
        try_cast("DateOfBirth" as date) as birth_date,
        nullif(lower(trim("Email Address")), '') as email,
        "Postcode" as postcode,
        split_part("Postcode", ' ', 1) as postcode_area,
        coalesce(upper("OptIn") = 'Y', false) as is_opted_in,
        "CreatedOn" as created_on,
        "Tier" as loyalty_tier,
        "Notes" as notes
    from latest
)

select * from final
