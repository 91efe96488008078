select supplier_no, name, len(string_split(contacts, ';')) as contacts, rating >= 4 as good
from {{ ref('suppliers') }}
where contacts <> ''
