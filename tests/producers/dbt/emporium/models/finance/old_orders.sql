{{ config(database='archive', schema='sales', alias='orders_v2', access='protected') }}
select order_id, cents from {{ source('erp_archive', 'payments_of_old') }}
