{# A schema is what the model says, without the name of the target before it. #}
{% macro generate_schema_name(custom_schema_name, node) -%}
  {{ custom_schema_name or target.schema }}
{%- endmacro %}

{# Tables that come from elsewhere: a source of ours, and one of the same name in another database. #}
{% macro sources_of_others() %}
  create schema if not exists erp;
  create or replace table erp.payments as
    select 1 as payment_id, 10 as order_id, 1250 as cents, date '2026-01-05' as paid_on
    union all select 2, 11, 900, date '2026-01-06';
  create schema if not exists archive.erp;
  create or replace table archive.erp.payments as select 7 as payment_id, 3 as order_id, 500 as cents, date '2019-01-05' as paid_on;
{% endmacro %}
