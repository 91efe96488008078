select move_id, sku, unnest(string_split(note, ';')) as tag
from {{ ref('stg_moves') }}
where note like '%urgent%'
