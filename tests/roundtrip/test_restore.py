"""Restoring into a store: what is counted, and what an interruption leaves."""

import io
from collections import Counter
from collections.abc import Sequence

import pytest

from catalog.entry import Receipt, Status
from catalog.errors import StoreUnavailable
from catalog.identity import DatasetId
from catalog.projection import Projection, Said
from catalog.store.registry import open_store
from ingest.errors import DamagedExport
from ingest.restore import restore
from tests.convergence.cases import dataset_event
from tests.convergence.events import RECEIVED_NS
from tests.roundtrip.restoring import export_of, graph_of, recognised

COUNT = 600


@pytest.fixture(scope="module")
def export() -> str:
    events = [
        dataset_event(1, DatasetId("db", f"{number:03}"), custom={"n": number}) for number in range(COUNT)
    ]
    return graph_of(recognised(events, RECEIVED_NS))


def file(text: str) -> io.BytesIO:
    return io.BytesIO(text.encode())


def test_restore__counts_what_became_of_each_thing(export: str) -> None:
    store = open_store("memory:")
    heard: list[int] = []
    assert restore(Projection(store), file(export), RECEIVED_NS, "me", heard.append) == {
        Status.APPLIED: COUNT
    }
    assert heard == [256, 512, COUNT]
    assert export_of(store) == export
    assert restore(Projection(store), file(export), RECEIVED_NS) == {Status.DUPLICATE: COUNT}
    with store.read() as reader:
        assert {entry.actor for entry in reader.log(None, COUNT)} == {"me"}


def test_restore__of_a_damaged_export_applies_nothing(export: str) -> None:
    store = open_store("memory:")
    with pytest.raises(DamagedExport):
        restore(Projection(store), file(export[:-200]), RECEIVED_NS)
    with store.read() as reader:
        assert reader.log(None, 1) == []


class Failing:
    """Goes away after one batch."""

    def __init__(self, projection: Projection) -> None:
        self._projection = projection
        self._left = 1

    def apply(self, batch: Sequence[Said]) -> list[Receipt]:
        if not self._left:
            raise StoreUnavailable("It is away.")
        self._left -= 1
        return self._projection.apply(batch)


def test_restore__that_was_interrupted_is_completed_by_another(export: str) -> None:
    store = open_store("memory:")
    with pytest.raises(StoreUnavailable):
        restore(Failing(Projection(store)), file(export), RECEIVED_NS)
    rest = restore(Projection(store), file(export), RECEIVED_NS)
    assert rest == Counter({Status.DUPLICATE: 256, Status.APPLIED: COUNT - 256})
    assert export_of(store) == export
