"""A product whose ports serve what no event and no document describes: a mere name, and another name of a table."""

from catalog.identity import DatasetId
from catalog.projection import Projection
from catalog.store.memory import MemoryStore
from catalog.store.port import Store
from tests.convergence.cases import dataset_event
from tests.convergence.events import RECEIVED_NS
from tests.rdf_import.build import reading
from tests.roundtrip.restoring import recognised

TABLE = DatasetId("postgres://db", "sales.orders")
FILES = DatasetId("s3://lake", "orders")
NOWHERE = DatasetId("postgres://db", "tbl")

_DOCUMENT = """
:p a mesh:DataProduct ; mesh:name "P" ; mesh:ownedBy :t ; mesh:inDomain :d ; mesh:hasOutputPort :o, :f .
:t a mesh:Team ; mesh:name "T" . :d a mesh:Domain ; mesh:name "D" .
:o a mesh:OutputPort ; mesh:name "o" ; mesh:serves <postgres://db/tbl> .
:f a mesh:OutputPort ; mesh:name "f" ; mesh:serves <s3://lake/orders> .
"""


def offered() -> Store:
    """In memory."""
    links = {"identifiers": [{"namespace": FILES.namespace, "name": FILES.name, "type": "LOCATION"}]}
    store = MemoryStore()
    document = reading(_DOCUMENT)
    said = recognised([dataset_event(1, TABLE, symlinks=links)], RECEIVED_NS)
    Projection(store).apply([(document.entry, document.statements), *said])
    return store
