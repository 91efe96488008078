"""Versions of a manifest and the events of its project come to one graph, in whichever order they arrive."""

import json

from catalog.projection import Projection, Said
from catalog.store.memory import MemoryStore
from catalog.store.port import Store
from ingest.descriptors.document import interpret_descriptor
from ingest.documents.given import Given
from tests.convergence import observed
from tests.convergence.conftest import NEO4J_WHEN_SLOW, FreshStore, fresh_store, kind
from tests.producers.binding import RECEIVED_NS, bindings, said, truth
from tests.producers.emporium import namespace, recorded_events, recorded_manifest

__all__ = ["fresh_store", "kind"]

DAY_NS = 86_400 * 10**9


def version(day: int, *, without: str = "") -> Said:
    """The manifest as it was on a day; ``without``: before there was anything of that name."""
    whole = json.loads(recorded_manifest())
    if without:
        for section in ("nodes", "sources", "exposures", "groups"):
            whole[section] = {
                key: one for key, one in whole[section].items() if without not in json.dumps(one)
            }
    read = interpret_descriptor(
        json.dumps(whole).encode(),
        "manifest.json",
        Given(at_ns=RECEIVED_NS - 10 * DAY_NS + day * DAY_NS),
        received_ns=RECEIVED_NS,
        max_bytes=1 << 26,
    )
    assert not read.kept_out
    return read.entry, read.statements


def filled(store: Store, batches: list[list[Said]]) -> Store:
    projection = Projection(store)
    for batch in batches:
        projection.apply(batch)
    return store


@NEO4J_WHEN_SLOW
def test_manifests_and_events__are_one_graph_in_any_order(fresh_store: FreshStore) -> None:
    first, second, third = version(1, without="finance"), version(2), version(3, without="snapshot")
    prod = [said(event) for event in recorded_events("prod")]
    batches = [[first], prod, [second], [third]]
    expected = filled(MemoryStore(), batches)

    assert bindings(expected).keys() == truth(namespace("/warehouse/prod")).keys() - {
        "snapshot.emporium.customers_history"
    } | {"model.emporium.stg_customers"}
    for order in ([3, 2, 1, 0], [1, 0, 3, 2, 0], [2, 3, 1, 1, 0]):
        store = filled(fresh_store(), [batches[place] for place in order])
        assert observed.export(store) == observed.export(expected)
