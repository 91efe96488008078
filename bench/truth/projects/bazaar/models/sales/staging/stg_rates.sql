select currency, valid_on, rate,
    lead(valid_on) over (partition by currency order by valid_on) as next_on
from {{ ref('exchange_rates') }}
