{% macro pivot_sum(column, values, amount, prefix='', suffix='', else_value=0) %}
    {%- for v in values %}
    sum(case when {{ column }} = '{{ v }}' then {{ amount }} else {{ else_value }} end) as {{ prefix }}{{ v | lower | replace(' ', '_') | replace('-', '_') }}{{ suffix }}{{ ',' if not loop.last }}
    {%- endfor %}
{% endmacro %}
