select * rename (code as warehouse) from {{ ref('warehouses') }}
