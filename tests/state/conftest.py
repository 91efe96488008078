"""A few runs of one job in a memory store, to ask what it holds."""

import pytest

from catalog.store.memory import MemoryStore
from tests.convergence.cases import A, B, C, D, about, dataset_event, from_column, run
from tests.convergence.observed import send

SCHEMA = {"fields": [{"name": "x", "type": "int"}]}
WIDER = {"fields": [{"name": "x", "type": "bigint"}, {"name": "y", "type": "int"}]}

EVENTS = (
    dataset_event(0, A, schema=SCHEMA),
    run(1, "COMPLETE", 1, [A], [about(B, columnLineage=from_column(A, "x", "z"))]),
    run(2, "FAIL", 2, [D], [B]),
    run(3, "COMPLETE", 3, [A, C], [B]),
    run(4, "COMPLETE", 6, [A], [B]),
    dataset_event(7, A, schema=WIDER),
    dataset_event(8, C, schema=SCHEMA),
    dataset_event(9, C, schema={"_deleted": True}),
)
"""C is read from minute 3 to 6, D only by the run that failed."""


@pytest.fixture
def store() -> MemoryStore:
    opened = MemoryStore()
    send(opened, [EVENTS])
    return opened
