{# paid development: one row an accident quarter, one column a development quarter #}
{% set perils = column_values(ref('stg_clm__cause_codes'), 'cause_name') %}
with dev as (
    select
        date_trunc('quarter', c.best_loss_date) as accident_quarter,
        least(date_diff('quarter', c.best_loss_date, cast(t.txn_at as date)), 5) as dev_quarter,
        c.peril,
        t.amount
    from {{ ref('fct_claim_transaction') }} t
    join {{ ref('fct_claim') }} c using (claim_id)
    where t.txn_type in ('PAY', 'REC')
)
select
    accident_quarter,
    {% for q in range(0, 6) %}
    sum(amount) filter (where dev_quarter <= {{ q }}) as paid_q{{ q }},
    {% endfor %}
    {% for p in perils if p in ['Water', 'Fire', 'Collision', 'Theft'] %}
    sum(if(peril = '{{ p }}', amount, 0)) as {{ p | lower }}_paid{{ ',' if not loop.last }}
    {% endfor %}
from dev
group by accident_quarter
