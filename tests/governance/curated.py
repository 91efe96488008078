"""Words of people on graphs that were put together by hand: the real records of a curation, taken from a store of its
own."""

from collections.abc import Collection

from catalog.curation import Aspect
from catalog.fold.ledger import FACTS
from catalog.identity import CurationId
from catalog.projection import Projection
from catalog.store.memory import MemoryStore
from catalog.store.port import ChangeSet, Space, Store
from tests.curation.curations import curation

_SINCE = -(10**18)


def curate(store: Store, field: str, classes: Collection[str] | None, minute: int = 0, **said: str) -> None:
    """A person says which classes a field is of; none of them: it is of no class; None: the word is withdrawn."""
    value = None if classes is None else {"classifications": sorted(classes)}
    key = CurationId(field, Aspect.CLASSIFICATIONS.value).key
    apart = MemoryStore()
    Projection(apart).apply([curation(field, Aspect.CLASSIFICATIONS, value, minute, **said)])
    with apart.read() as reader:
        states = reader.records(Space.STATE, [(key, FACTS)])
        records: dict[tuple[Space, str, str], str | None] = {
            (Space.STATE, *place): text for place, text in states.items()
        }
        blobs = reader.walk(Space.BLOB, None, 1_000)
        records.update({(Space.BLOB, one.partition, one.sort): one.value for one in blobs})
        edges = reader.edges_told_by(key, "CURATED", _SINCE, ("CLASSIFIED_AS",))
        nodes = reader.nodes({edge.target for edge in edges})
    changes = ChangeSet(nodes=dict(nodes), edges={edge.id: edge for edge in edges}, records=records)
    store.write(lambda transaction: transaction.apply(changes))
