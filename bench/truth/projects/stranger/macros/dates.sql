{% macro month_of(ts) %}cast(date_trunc('month', {{ ts }}) as date){% endmacro %}

{% macro parse_date(expr) -%}
coalesce(
        try_cast({{ expr }} as date),
        cast(try_strptime({{ expr }}, '%d/%m/%Y') as date),
        cast(try_strptime({{ expr }}, '%d-%m-%Y') as date)
    )
{%- endmacro %}

{% macro limit_in_ci(column) %}
{% if target.name == 'ci' %}
where {{ column }} >= date '2024-01-01'
{% endif %}
{% endmacro %}
