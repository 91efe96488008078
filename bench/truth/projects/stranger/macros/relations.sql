{# the columns of a relation, without some #}
{% macro star_except(relation, except=[], alias=none, prefix='') -%}
    {%- set skip = except | map('lower') | list -%}
    {%- set keep = [] -%}
    {%- if execute -%}
        {%- for c in adapter.get_columns_in_relation(relation) if c.name | lower not in skip -%}
            {%- do keep.append(c.name) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- for c in keep %}
    {{ alias ~ '.' if alias }}"{{ c }}"{% if prefix %} as "{{ prefix ~ c }}"{% endif %}{{ ',' if not loop.last }}
    {%- endfor -%}
    {%- if not keep %} * {% endif -%}
{%- endmacro %}

{# union of relations whose columns differ: what one lacks is null #}
{% macro union_relations(relations, source_column='_source_model') %}
    {%- set all_columns = {} -%}
    {%- set by_relation = {} -%}
    {%- if execute -%}
    {%- for r in relations -%}
        {%- set mine = [] -%}
        {%- for c in adapter.get_columns_in_relation(r) -%}
            {%- do mine.append(c.name | lower) -%}
            {%- if c.name | lower not in all_columns -%}{%- do all_columns.update({c.name | lower: c.dtype}) -%}{%- endif -%}
        {%- endfor -%}
        {%- do by_relation.update({r.identifier: mine}) -%}
    {%- endfor -%}
    {%- endif -%}
    {% for r in relations %}
    (
        select
            '{{ r.identifier }}' as {{ source_column }}
            {%- for name, dtype in all_columns.items() %},
            {% if name in by_relation[r.identifier] %}cast("{{ name }}" as {{ dtype }}){% else %}cast(null as {{ dtype }}){% endif %} as "{{ name }}"
            {%- endfor %}
        from {{ r }}
    )
    {{ 'union all' if not loop.last }}
    {% endfor %}
{% endmacro %}

{% macro column_values(relation, column) %}
    {%- set q -%} select distinct {{ column }} as v from {{ relation }} where {{ column }} is not null order by 1 {%- endset -%}
    {%- if execute -%}
        {{ return(run_query(q).columns[0].values()) }}
    {%- else -%}
        {{ return([]) }}
    {%- endif -%}
{% endmacro %}
