{% set buckets = [(0, 30), (31, 60), (61, 90), (91, 100000)] %}
with as_of as (select max(paid_on) as as_of_date from {{ ref('fct_payment') }}),
open_items as (
    select i.policy_id, i.balance, as_of_date - i.due_date as age
    from {{ ref('int_invoice_payments') }} i cross join as_of
    where i.is_outstanding
)
select
    d.holder_id,
    d.full_name,
    {% for lo, hi in buckets %}
    sum(case when o.age between {{ lo }} and {{ hi }} then o.balance else 0 end) as "{{ lo }}-{{ hi if hi < 1000 else 'older' }}",
    {% endfor %}
    sum(o.balance) as total_due
from open_items o
join {{ ref('dim_policy') }} p on p.policy_id = o.policy_id
join {{ ref('dim_holder') }} d on d.holder_id = p.holder_id
group by 1, 2
having sum(o.balance) > (select avg(balance) * 0.1 from open_items)
