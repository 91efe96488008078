with moves as (
    select
        *,
        case kind when 'in' then pieces when 'out' then -pieces else 0 end as delta
    from {{ ref('stock_moves') }}
)
select * from moves
