{% macro cents_to_euro(column, digits=2) -%}
round({{ column }} / 100.0, {{ digits }})
{%- endmacro %}
{% macro clean(column) -%}
nullif(trim(lower({{ column }})), '')
{%- endmacro %}
{% macro surrogate(columns) -%}
md5({% for c in columns %}coalesce(cast({{ c }} as varchar), '~'){% if not loop.last %} || '-' || {% endif %}{% endfor %})
{%- endmacro %}
{% macro fiscal_year(column) -%}
(year({{ column }}) + case when month({{ column }}) >= {{ var('fiscal_start_month') }} then 1 else 0 end)
{%- endmacro %}
