{% macro surrogate_key(fields) -%}
    md5(
    {%- for f in fields -%}
        coalesce(cast({{ f }} as varchar), '_null_'){% if not loop.last %} || '-' || {% endif %}
    {%- endfor -%}
    )
{%- endmacro %}

{% macro latest_by(relation, key, order_by) %}
    select *
    from {{ relation }}
    qualify row_number() over (partition by {{ key }} order by {{ order_by }}) = 1
{% endmacro %}
