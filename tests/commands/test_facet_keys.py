"""The index of facets by key knows nothing of what was forgotten."""

import json

import pytest

from catalog.facet_keys import facet_keys, having_facet
from catalog.forget import Scope
from catalog.projection import Projection
from catalog.store.memory import MemoryStore
from ingest.command import command
from ingest.event import recognise
from ingest.replay import interpret_again
from tests.convergence.cases import JOB, RUN, A, B, at, dataset_event, run
from tests.convergence.events import RECEIVED_NS


@pytest.mark.parametrize(
    ("scope", "left"),
    [
        (Scope("dataset", A.namespace, A.name), [[B.key], [JOB.key], [RUN[1].key]]),
        (Scope("run", name=RUN[1].value), [[A.key, B.key], [JOB.key], []]),
        (Scope("job", JOB.namespace, JOB.name), [[A.key, B.key], [], []]),
    ],
    ids=["dataset", "run", "job"],
)
@pytest.mark.parametrize("command_first", [True, False])
def test_facet_keys__of_what_is_forgotten_are_gone(
    scope: Scope, left: list[list[str]], command_first: bool
) -> None:
    events = [
        dataset_event(1, A, mine={}),
        dataset_event(1, B, mine={}),
        run(1, "COMPLETE", 3, job={"facets": {"mine": {}}}, facets={"mine": {}}),
    ]
    said = [recognise(json.dumps(event), received_ns=RECEIVED_NS) for event in events]
    forget = command("forget", scope.terms, received_ns=RECEIVED_NS, at_ns=at(30))
    store = MemoryStore()
    projection = Projection(store, interpret_again)
    for one in [forget, *said] if command_first else [*said, forget]:
        projection.apply([one])
    with store.read() as reader:
        kinds = ("dataset", "job", "run")
        assert [having_facet(reader, kind, "mine", None, None, None) for kind in kinds] == left
        assert [facet_keys(reader, kind, None, 5) for kind in kinds] == [
            ["mine"] if keys else [] for keys in left
        ]
