{% macro cents_to_dollars(column_name, scale=2) -%}
    cast({{ column_name }} / 100.0 as decimal(16, {{ scale }}))
{%- endmacro %}

{# "1,200.00", "£350", "n/a" ... #}
{% macro parse_amount(expr) -%}
    try_cast(nullif(regexp_replace({{ expr }}, '[^0-9.\-]', '', 'g'), '') as decimal(16, 2))
{%- endmacro %}
