"""The demo mesh, what its pipelines emit and what its domains publish: moved by its export, on every store."""

import pytest

from catalog.projection import Said
from tests.convergence.conftest import FreshStore
from tests.demo.conftest import emitted
from tests.demo.test_descriptors import RECEIVED, readings
from tests.roundtrip.restoring import apply, export_of, graph_of, recognised, snapshot


@pytest.fixture(scope="module")
def demo() -> list[Said]:
    """Events and documents, as they took effect."""
    said = recognised(emitted(), RECEIVED) + [(one.entry, one.statements) for one in readings()]
    return sorted(said, key=lambda one: one[0].order_key)


@pytest.fixture(scope="module")
def whole(demo: list[Said]) -> str:
    return graph_of(demo)


def test_demo__is_restored_byte_for_byte(fresh_store: FreshStore, whole: str) -> None:
    assert whole.count("<https://w3id.org/meshline/ns#DataProduct>") > 3
    store = fresh_store()
    apply(store, snapshot(whole))
    assert export_of(store) == whole


def test_demo__restored_at_half_goes_on_to_the_whole(demo: list[Said], whole: str) -> None:
    half = len(demo) // 2
    assert graph_of([*snapshot(graph_of(demo[:half])), *demo[half:]]) == whole
    assert graph_of([*demo[::-1], *snapshot(graph_of(demo[:half]))], size=20) == whole
