{% set coverage_codes = ['BLD', 'CNT', 'LIA', 'TPF', 'CMP', 'LEG'] %}
select
    policy_id,
    count(*) as coverage_count,
    {% for code in coverage_codes -%}
    max(limit_amount) filter (where coverage_code = '{{ code }}') as {{ code | lower }}_limit,
    {% endfor -%}
    {% for code in coverage_codes if code != 'LEG' -%}
    min(case when coverage_code = '{{ code }}' then deductible_amount end) as {{ code | lower }}_deductible,
    {% endfor -%}
    string_agg(distinct coverage_code, '+' order by coverage_code) as coverage_mix
from {{ ref('stg_core__coverages') }}
group by policy_id
